import type { ExternalItem } from '@commandcenter/integration-kit';
import type { Outcome, PlannedChange } from './import-outcomes.ts';
import type { ReadPage } from './import-pages.ts';
import type { SyncIntegration } from './incoming-change.ts';
import type { ListPosition } from './list-position.ts';

/** Numbers of items, each item counted once. */
export interface ImportCounts {
  seen: number;
  created: number;
  updated: number;
  unchanged: number;
  /** Items whose task was deleted here. */
  deleted_here: number;
  /** Items of tasks that the repository does not list any more. */
  missing: number;
}

/** The progress of an import, which is the checkpoint of its job. */
export interface ImportState {
  counts: ImportCounts;
  /** RFC 3339, by the database's clock: what changes from then on is the poller's. */
  started_at: string;
  /** The immutable id of the repository that was asked for. */
  external_id: string | null;
  /** `listing` goes from page to page; `listed` is to be confirmed; `checking` deals with what is not listed any more. */
  phase: 'listing' | 'listed' | 'checking' | 'done';
  /** The page to ask for next; null before the first one and after the last one. */
  position: ListPosition | null;
  /** Numbered from 1. Another walk follows when an item that arrived meanwhile may have hidden another one. */
  walk: number;
  /** The page at which the first walk backwards began. */
  end_url: string | null;
  /** This walk went backwards, and a page after its first one had changed. */
  may_have_shifted: boolean;
  /** The highest number that the first page of a walk backwards shows: an item with a higher one came later. */
  highest_number: number | null;
  /** The highest number of the old items that have been moved into the repository since; null when there is none. */
  highest_arrival: number | null;
  /** Pages of this walk up to now. */
  walk_pages: number;
  /** Pages of the list; null where that is not known. */
  total_pages: number | null;
  pages: number;
  /** Pages that had not changed since they were compared before. */
  unchanged_pages: number;
  /** The link up to which items that are not listed have been dealt with. */
  checked_link_id: number;
  /** The changes that a dry run lists, at most the first hundred. */
  would: PlannedChange[];
}

export const MOST_PLANNED = 100;
/** Their clock may be behind ours. */
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

/** The time, by the provider's clock, from which changes are the poller's. */
export const changesSince = (
  { started_at }: Pick<ImportState, 'started_at'>,
  { clock_offset_ms }: Pick<SyncIntegration, 'clock_offset_ms'>,
): Date => new Date(Date.parse(started_at) + clock_offset_ms - CLOCK_SLACK_MS);

/** The checkpoint of an import; one of an older version lacks what is needed to go on from it. */
export const isImportState = (checkpoint: unknown): checkpoint is ImportState =>
  typeof checkpoint === 'object' && checkpoint !== null && 'phase' in checkpoint;

/**
 * The highest number of the old items that came into the repository after `highest` was seen: they were moved there from another one. Items
 * get their numbers in the order in which they come, and a move is a change. Null when there is none.
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
 * The state after a page was compared.
 *
 * @param outcomes of the items that no page has shown before: an item may move to another page while the list is read
 * @param since as of `changesSince`
 */
export function afterPage(
  state: ImportState,
  { url, position, next, answer: { notModified, items }, highestNumber }: ReadPage,
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

/** Returns the state in which the list is read once more. Unchanged pages return 304. */
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
