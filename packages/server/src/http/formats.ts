import { isStorableTime } from '../database/storable-time.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i;

/** Returns true for a date that exists, from the year 1 on, because PostgreSQL has no year 0. */
export function isDate(text: string): boolean {
  if (!DATE.test(text) || text.startsWith('0000')) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/**
 * Returns true for an RFC 3339 time whose day exists and which can also be stored in UTC. Leap seconds are refused, because JavaScript's
 * Date has none.
 */
export function isDateTime(text: string): boolean {
  if (!TIME.test(text) || !isDate(text.slice(0, 10))) return false;
  return isStorableTime(new Date(text));
}
