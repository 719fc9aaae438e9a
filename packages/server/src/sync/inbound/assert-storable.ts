import { type Change, UnusablePayloadError } from '@commandcenter/integration-kit';
import { isStorableTime } from '../../database/storable-time.ts';

/** The largest number of an item or pull request that a 32-bit column can store. */
const LARGEST_NUMBER = 2 ** 31 - 1;

/**
 * Throws `UnusablePayloadError` for a number or time that no column can store. Without this check, an integration that passes payloads on
 * unread would fail with an error of the database.
 */
export function assertStorable(change: Change): void {
  switch (change.kind) {
    case 'item':
      assertNumber(change.item.number, `The item ${change.item.url}`);
      return;
    case 'item_transferred':
      if (change.to !== null) assertNumber(change.to.number, `The item ${change.to.url}`);
      return;
    case 'analysis_requested':
      assertNumber(change.pullRequest.number, `The pull request "${change.pullRequest.title}"`);
      return;
    case 'branch_pushed':
      assertTime(change.pushedAt, `The push to ${change.branch}`);
  }
}

function assertNumber(number: number, what: string): void {
  if (Number.isInteger(number) && number >= 1 && number <= LARGEST_NUMBER) return;
  throw new UnusablePayloadError(
    `${what.slice(0, 300)} has the number ${number}, which is no whole number from 1 to ${LARGEST_NUMBER.toLocaleString('en-US')}.`,
  );
}

function assertTime(time: string | null, what: string): void {
  if (time === null || isStorableTime(new Date(time))) return;
  throw new UnusablePayloadError(`${what.slice(0, 300)} was at "${time.slice(0, 100)}", which is not a time.`);
}
