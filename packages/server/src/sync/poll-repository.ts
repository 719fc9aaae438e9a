import { IntegrationError, IntegrationRateLimitError, type ListPage } from '@commandcenter/integration-kit';
import { IntegrationUnavailableError } from '../integrations/errors.ts';
import { findIntegration } from '../store/integrations.ts';
import { touchRepository } from '../store/repositories.ts';
import { finishPoll, type PollRow, savePollPosition, unwatchRepository } from '../store/repository-polls.ts';
import { retriedTransaction } from '../store/retried-transaction.ts';
import { type SyncDependencies, trackerOf } from './dependencies.ts';
import { pollSecondsOf, type SyncIntegration } from './incoming-change.ts';

const DEFAULT_POLL_MS = 60_000;
/** Where a hook delivers, a poll only heals gaps. */
const HOOKED_POLL_MS = 600_000;
/** A hook counts as delivering for so long after its last delivery. */
export const HOOK_ALIVE_MS = 3 * 3_600_000;
const LONGEST_PAUSE_MS = 30 * 60_000;
/** Lists there lag behind writes, and many items change in one second. */
const OVERLAP_MS = 2000;
/** Pages of one run; the next run goes on at once. */
const MOST_PAGES = 10;
/** Pages of items that all changed within the overlap, which only page numbers can tell apart. */
const MOST_CROWDED_PAGES = 200;

/** Asks for what changed since the last time, with a conditional request, and applies it page by page. */
export async function pollRepository(deps: SyncDependencies, poll: PollRow, signal: AbortSignal): Promise<void> {
  const { db } = deps;
  const integration = await findIntegration(db, poll.integration_id);
  if (integration === undefined) return;
  try {
    const complete = await takeChanges(deps, integration, poll, signal);
    const pauseMs = complete ? jittered(pauseOf(integration, poll, Date.now())) : 0;
    await finishPoll(db, poll, { delayMs: pauseMs, failures: 0 });
  } catch (error) {
    if (signal.aborted) return finishPoll(db, poll, { delayMs: 0, failures: poll.failures });
    if (!(error instanceof IntegrationError)) throw error;
    if (error.code === 'integration.no_items') return unwatchRepository(db, poll);
    const failures = poll.failures + 1;
    await finishPoll(db, poll, { delayMs: jittered(pauseAfter(error, failures)), failures });
  }
}

/** Answers whether all changes have been seen. */
async function takeChanges(
  { db, host, applyChanges }: SyncDependencies,
  integration: SyncIntegration,
  poll: PollRow,
  signal: AbortSignal,
): Promise<boolean> {
  let { since } = poll;
  let next: string | null = null;
  for (let pages = 1, crowded = 0; pages <= MOST_PAGES && crowded < MOST_CROWDED_PAGES; ) {
    const { page, url } = await askForPage(host, poll, since, next, signal);
    const reached = page.notModified ? since : reachedBy(page, since);
    const last = page.notModified || page.nextUrl === null;
    // The next run repeats this very request as long as nothing changes.
    const repeats = last && next === null && reached.getTime() === since.getTime();
    const etag = page.notModified ? poll.etag : page.etag;
    await retriedTransaction(db, async (trx) => {
      await applyChanges(
        trx,
        page.items.map((item) => ({ integration, change: { kind: 'item', item }, source: { kind: 'poll' } })),
      );
      await savePollPosition(trx, { ...poll, since: reached, url: repeats ? url : null, etag: repeats ? etag : null });
      await touchRepository(trx, poll.repository_id);
    });
    if (last) return true;
    if (reached > since) {
      // Page numbers shift while items change, so it goes on by time.
      since = reached;
      next = null;
      pages += 1;
    } else {
      next = page.nextUrl;
      crowded += 1;
    }
  }
  return false;
}

/** @param nextPage its address, where only page numbers lead on */
function askForPage(
  host: SyncDependencies['host'],
  { integration_id, owner, name, url: lastUrl, etag }: PollRow,
  since: Date,
  nextPage: string | null,
  signal: AbortSignal,
): Promise<{ page: ListPage; url: string }> {
  const asked = { repository: { owner, name }, order: 'updated' as const, since: since.toISOString() };
  return host.run(
    integration_id,
    'list changes',
    async (instance, inner) => {
      const tracker = trackerOf(instance);
      const url = nextPage ?? tracker.listUrl(asked);
      const condition = url === lastUrl && etag !== null ? { etag } : {};
      return { url, page: await tracker.listItems({ ...asked, url, ...condition }, inner) };
    },
    { signal },
  );
}

/** Up to when all changes have been seen, less the overlap. */
function reachedBy({ items }: ListPage, since: Date): Date {
  const newest = Math.max(...items.map((item) => Date.parse(item.updatedAt)), 0);
  return new Date(Math.max(newest - OVERLAP_MS, since.getTime()));
}

export function pauseOf(integration: SyncIntegration, poll: Pick<PollRow, 'last_delivery_at'>, now: number): number {
  const hooked = poll.last_delivery_at !== null && now - poll.last_delivery_at.getTime() < HOOK_ALIVE_MS;
  if (hooked) return HOOKED_POLL_MS;
  const seconds = pollSecondsOf(integration);
  return seconds === undefined ? DEFAULT_POLL_MS : seconds * 1000;
}

function pauseAfter(error: IntegrationError, failures: number): number {
  if (error instanceof IntegrationRateLimitError) return Math.max(error.retryAt.getTime() - Date.now(), 1000);
  // Blocked integrations are not polled until they are back: this only bridges the moment.
  if (error instanceof IntegrationUnavailableError) return 5000;
  if (error.class === 'not_found' || error.class === 'permission')
    return Math.min(DEFAULT_POLL_MS * 2 ** failures, LONGEST_PAUSE_MS);
  return Math.min(5000 * 2 ** failures, DEFAULT_POLL_MS);
}

/** So that repositories which were added together are not asked for together for ever. */
const jittered = (milliseconds: number): number => Math.round(milliseconds * (0.95 + Math.random() / 10));
