import type { ExternalItem } from '@commandcenter/integration-kit';
import type { Outcome, PlannedChange } from './import-outcomes.ts';
import type { ReadPage } from './import-pages.ts';
import type { SyncIntegration } from './incoming-change.ts';
import type { ListPosition } from './list-position.ts';

/** Numbers of items that an import has compared so far. Each item is counted once. */
export interface ImportCounts {
  seen: number;
  created: number;
  updated: number;
  unchanged: number;
  /** Number of items whose task was deleted in CommandCenter. */
  deleted_here: number;
  /** Number of followed items that the repository no longer lists. */
  missing: number;
}

/** The progress of an import, which is the checkpoint of its job. */
export interface ImportState {
  counts: ImportCounts;
  /** Time at which the import began, RFC 3339, by the database's clock. Changes of items from then on are left to polls. */
  started_at: string;
  /** The provider's immutable id of the repository; null if it is not known. */
  external_id: string | null;
  /**
   * Phase of the import: `listing` reads the pages, `listed` checks if the list has hidden an item, `checking` plans reads of items that
   * are not listed.
   */
  phase: 'listing' | 'listed' | 'checking' | 'done';
  /** The page to request next; null before the first page and after the last one. */
  position: ListPosition | null;
  /**
   * Number of the current walk (pass through the repository's list), from 1. Another walk follows if an item that arrived meanwhile may
   * have hidden another one.
   */
  walk: number;
  /** URL of the page at which the first walk through the list in backward order began; null if the list is read forwards. */
  end_url: string | null;
  /**
   * True if the current walk through the list goes backwards and a page after its first one had changed, so that items may have moved
   * between pages.
   */
  may_have_shifted: boolean;
  /**
   * The highest item number known when the current walk backwards through the list began; a higher one came later. Null if the walk goes
   * forwards.
   */
  highest_number: number | null;
  /**
   * The highest number of an old item that was moved into the repository since the current walk through the list began; null if there is
   * none.
   */
  highest_arrival: number | null;
  /** Number of pages that the current walk through the list has read so far. */
  walk_pages: number;
  /** Number of pages of the list; null if it is not known. */
  total_pages: number | null;
  pages: number;
  /** Number of the read pages that had not changed since they were last compared. */
  unchanged_pages: number;
  /** Id of the last link that the phase `checking` has dealt with; 0 before the first one. */
  checked_link_id: number;
  /** The changes that a dry run lists, at most the first hundred. */
  would: PlannedChange[];
}

export const MOST_PLANNED = 100;
/** Milliseconds by which the provider's clock may be behind ours in spite of the measured offset. */
const CLOCK_SLACK_MS = 60_000;

export const newImportState = (startedAt: Date): ImportState => ({
  counts: { seen: 0, created: 0, updated: 0, unchanged: 0, deleted_here: 0, missing: 0 },
  started_at: startedAt.toISOString(),
  external_id: null,
  phase: 'listing',
  position: null,
  walk: 1,
  end_url: null,
  may_have_shifted: false,
  highest_number: null,
  highest_arrival: null,
  walk_pages: 0,
  total_pages: null,
  pages: 0,
  unchanged_pages: 0,
  checked_link_id: 0,
  would: [],
});

/** Returns the time, on the provider's clock, from which changes of items are left to polls. */
export const changesSince = (
  { started_at }: Pick<ImportState, 'started_at'>,
  { clock_offset_ms }: Pick<SyncIntegration, 'clock_offset_ms'>,
): Date => new Date(Date.parse(started_at) + clock_offset_ms - CLOCK_SLACK_MS);

/** Returns true for a checkpoint from which an import can go on. A checkpoint of an older version has no phase. */
export const isImportState = (checkpoint: unknown): checkpoint is ImportState =>
  typeof checkpoint === 'object' && checkpoint !== null && 'phase' in checkpoint;

/**
 * Returns the highest number of the old items that were moved into the repository after number `highest` was seen; null if there is none.
 * Items get their numbers in order of arrival and a move is a change, so such an item was created before `since`, changed after it, and
 * has a higher number.
 */
export function highestArrival(items: readonly ExternalItem[], since: Date, highest: number | null): number | null {
  if (highest === null) return null;
  const arrivals = items.filter(({ number, createdAt, updatedAt }) => {
    const isOld = createdAt !== undefined && new Date(createdAt) < since;
    return isOld && number > highest && new Date(updatedAt) >= since;
  });
  return arrivals.length === 0 ? null : Math.max(...arrivals.map(({ number }) => number));
}

/**
 * Returns the state of an import after it has compared one page.
 *
 * @param outcomes outcomes of the items that no earlier page has shown; an item may move to another page while the list is read
 * @param since the time that `changesSince` returns
 */
export function afterPage(
  state: ImportState,
  { url, position, next, response: { notModified, items }, highestNumber }: ReadPage,
  { outcomes, planned }: { outcomes: readonly Outcome[]; planned: readonly PlannedChange[] },
  since: Date,
): ImportState {
  const isBackwards = position.direction !== 'forwards';
  const counts = { ...state.counts, seen: state.counts.seen + outcomes.length };
  for (const outcome of outcomes) counts[outcome] += 1;
  return {
    ...state,
    counts,
    phase: next === null ? 'listed' : 'listing',
    position: next,
    end_url: state.end_url ?? (isBackwards ? url : null),
    may_have_shifted: state.may_have_shifted || (isBackwards && state.walk_pages > 0 && !notModified),
    highest_number: state.highest_number ?? (isBackwards ? highestNumber : null),
    highest_arrival: higher(state.highest_arrival, highestArrival(items, since, state.highest_number)),
    walk_pages: state.walk_pages + 1,
    pages: state.pages + 1,
    unchanged_pages: state.unchanged_pages + (notModified ? 1 : 0),
    would: (isBackwards ? [...planned, ...state.would] : [...state.would, ...planned]).slice(0, MOST_PLANNED),
  };
}

/** Returns the state of an import that begins another walk through the repository's list. Pages that have not changed cost only a 304. */
export const inNextWalk = (state: ImportState, highestArrival: number): ImportState => ({
  ...state,
  phase: 'listing',
  position: { url: state.end_url, direction: 'end' },
  walk: state.walk + 1,
  may_have_shifted: false,
  highest_number: highestArrival,
  highest_arrival: null,
  walk_pages: 0,
});

const higher = (left: number | null, right: number | null): number | null =>
  left === null || right === null ? (left ?? right) : Math.max(left, right);
