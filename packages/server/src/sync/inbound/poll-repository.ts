import { type ExternalRepository, IntegrationError, type ListPage } from '@commandcenter/integration-kit';
import { retriedTransaction } from '../../database/retried-transaction.ts';
import { retryAfter } from '../../integrations/health/retry-policy.ts';
import { failureOf } from '../../integrations/health/work-failure.ts';
import type { IntegrationSession } from '../../integrations/host.ts';
import { findIntegration, readClockOffset } from '../../integrations/integration-queries.ts';
import {
  getRepository,
  type RepositoryRow,
  touchRepository,
} from '../../integrations/repositories/repository-queries.ts';
import { type SyncDependencies, trackerOf } from '../dependencies.ts';
import { checkRepository, diagnoseFailure } from '../diagnose-failure.ts';
import { findLinkedItems } from '../link/link-queries.ts';
import { identifyRepository } from '../repositories/identify-repository.ts';
import { storeAccess } from '../repositories/store-access.ts';
import { pollSecondsOf, type SyncIntegration } from './incoming-change.ts';
import { finishPoll, isWatched, type PollRow, savePollPosition, unwatchRepository } from './repository-poll-queries.ts';

const DEFAULT_POLL_MS = 60_000;
/** Milliseconds between polls of a repository with a working webhook. They only find events that were lost. */
const HOOKED_POLL_MS = 600_000;
/** Milliseconds after its last delivery for which a webhook counts as working. */
export const HOOK_ALIVE_MS = 3 * 3_600_000;
/**
 * Milliseconds before the newest change seen from which the next poll asks again, because lists at the provider lag behind writes and
 * many items change in one second.
 */
const OVERLAP_MS = 2000;
/** The most pages that one run of a poll reads. The next run continues at once. */
const MOST_PAGES = 10;
/**
 * The most pages of one run on which all items changed within the last two seconds that are read again (`OVERLAP_MS`), so that only page
 * numbers lead further.
 */
const MOST_CROWDED_PAGES = 200;

/** Thrown to end a poll: the repository cannot be polled under its name, and the reason has been stored. */
class PollOver extends Error {}

/** Polls one repository: requests the items that changed since the last poll, conditionally, and applies them page by page. */
export async function pollRepository(deps: SyncDependencies, poll: PollRow, signal: AbortSignal): Promise<void> {
  const { db } = deps;
  const integration = await findIntegration(db, poll.integration_id);
  let repository = await getRepository(db, poll.repository_id);
  if (integration === undefined || repository === undefined) return;
  let session: IntegrationSession | undefined;
  try {
    session = await deps.host.session(integration.id, { signal });
    // The id of the repository must be known before its items are listed, because another repository may take the name between the two
    // requests.
    if (repository.external_id === null) repository = await identify(deps, session, integration, repository);
    const complete = await applyPages(deps, session, integration, repository, poll);
    const delayMs = complete ? jittered(pauseOf(integration, poll, Date.now())) : 0;
    await finish(deps, poll, { delayMs, failures: 0 });
  } catch (error) {
    if (signal.aborted) return finish(deps, poll, { delayMs: 0, failures: poll.failures });
    if (error instanceof PollOver) return finish(deps, poll, { delayMs: DEFAULT_POLL_MS, failures: poll.failures });
    if (!(error instanceof IntegrationError)) throw error;
    if (error.code === 'integration.no_items') return unwatchRepository(db, poll);
    if (session !== undefined) await storeDiagnosis(deps, session, integration, repository, error);
    const decision = retryAfter(failureOf(error), 'poll', poll.failures, new Date(), Math.random());
    const failures = poll.failures + (decision.kind === 'retry' && !decision.counts ? 0 : 1);
    // When the integration works again, its polls are made due. This pause only bridges the time until then.
    const delayMs = decision.kind === 'retry' ? decision.delayMs : DEFAULT_POLL_MS;
    await finish(deps, poll, { delayMs, failures });
  }
}

/** Ends the poll. What it has applied is right also when another process polls the repository meanwhile, which decides the next time. */
async function finish(
  { db, log }: SyncDependencies,
  poll: PollRow,
  outcome: { delayMs: number; failures: number },
): Promise<void> {
  if (await finishPoll(db, poll, outcome)) return;
  // A repository that is no longer watched has no lease to lose.
  if (!(await isWatched(db, poll))) return;
  const { integration_id: integration, repository_id: repository } = poll;
  log.warn(
    { integration, repository },
    'the lease of a poll was lost before the poll ended: another process may have polled the same repository, which costs requests and changes nothing',
  );
}

/** Stores that the whole repository refuses, or has another name now. */
async function storeDiagnosis(
  { db }: SyncDependencies,
  session: IntegrationSession,
  integration: SyncIntegration,
  repository: RepositoryRow,
  error: IntegrationError,
): Promise<void> {
  const diagnosis = await diagnoseFailure(session, repository, error, { writing: false });
  if (diagnosis.kind === 'repository_refused' || diagnosis.kind === 'repository_renamed')
    await retriedTransaction(db, (trx) => storeAccess(trx, integration, repository, diagnosis));
}

/** Requests and applies the pages of changed items. Returns true if all changes have been seen; otherwise the next run continues. */
async function applyPages(
  deps: SyncDependencies,
  session: IntegrationSession,
  integration: SyncIntegration,
  repository: RepositoryRow,
  poll: PollRow,
): Promise<boolean> {
  const { db, applyChanges } = deps;
  let { since } = poll;
  let next: string | null = null;
  let verified: ExternalRepository | null = null;
  let offsetMs = integration.clock_offset_ms;
  for (let pages = 1, crowded = 0; pages <= MOST_PAGES && crowded < MOST_CROWDED_PAGES; ) {
    const { page, url } = await askForPage(session, poll, since, next);
    const measuredMs = await readClockOffset(db, integration.id);
    if (measuredMs < offsetMs) {
      // The request has measured a smaller clock offset, so `since` was too late on the provider's clock, and changes before it have not
      // been seen.
      since = new Date(since.getTime() + measuredMs - offsetMs);
      offsetMs = measuredMs;
      continue;
    }
    verified ??= await verifyPage(deps, session, integration, repository, page);
    const reached = page.notModified ? since : reachedBy(page, since);
    const last = page.notModified || page.nextUrl === null;
    // The ETag is kept only if the next run sends this very request again, which it does as long as nothing changes.
    const repeats = last && next === null && reached.getTime() === since.getTime();
    const etag = page.notModified ? poll.etag : page.etag;
    const place = verified ?? (repository.external_id === null ? {} : { externalId: repository.external_id });
    await retriedTransaction(db, async (trx) => {
      await applyChanges(
        trx,
        page.items.map((item) => ({
          integration,
          change: { kind: 'item', item: { ...item, repository: { ...place, ...nameOf(item.repository) } } },
          source: { kind: 'poll' },
        })),
      );
      await savePollPosition(trx, { ...poll, since: reached, url: repeats ? url : null, etag: repeats ? etag : null });
      await touchRepository(trx, poll.repository_id);
    });
    if (last) return true;
    if (reached > since) {
      // Page numbers shift while items change, so the next request continues by time.
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

const nameOf = ({ owner, name }: ExternalRepository) => ({ owner, name });

/**
 * Makes sure that a page belongs to this repository and not to another one that has taken its name. An unchanged page, or one with only
 * known items, needs no proof. Otherwise the repository is read and its id compared, also for an empty page, since a repository that was
 * deleted and created again has no items. Returns the facts that were read; null if none were needed.
 */
async function verifyPage(
  deps: SyncDependencies,
  session: IntegrationSession,
  integration: SyncIntegration,
  repository: RepositoryRow,
  page: ListPage,
): Promise<ExternalRepository | null> {
  if (page.notModified) return null;
  const ids = page.items.map(({ externalId }) => externalId);
  const linked = await findLinkedItems(deps.db, repository.id, ids);
  if (ids.length > 0 && ids.every((id) => linked.has(id))) return null;
  return readRepository(deps, session, integration, repository);
}

/** Reads the repository under its name. If that refuses, or is not this repository any more, stores the reason and throws `PollOver`. */
async function readRepository(
  { db }: SyncDependencies,
  session: IntegrationSession,
  integration: SyncIntegration,
  repository: RepositoryRow,
): Promise<ExternalRepository> {
  const access = await checkRepository(session, repository, { writing: false });
  if (access.kind === 'works') return access.repository;
  if (access.kind === 'other') throw access.error;
  await retriedTransaction(db, (trx) => storeAccess(trx, integration, repository, access));
  throw new PollOver();
}

/** Reads and stores the immutable id of a repository that is known by name alone. Throws `PollOver` if another row has that id. */
async function identify(
  deps: SyncDependencies,
  session: IntegrationSession,
  integration: SyncIntegration,
  repository: RepositoryRow,
): Promise<RepositoryRow> {
  const seen = await readRepository(deps, session, integration, repository);
  const found = await retriedTransaction(deps.db, (trx) => identifyRepository(trx, integration, repository, seen));
  // The repository has a row under another name already, and is polled by that row.
  if (found.id !== repository.id) throw new PollOver();
  return found;
}

/**
 * Requests one page of the items that changed since a time, conditionally if the last poll sent the same request.
 *
 * @param nextPage URL of the page if only page numbers lead to it; otherwise null
 */
function askForPage(
  session: IntegrationSession,
  { owner, name, url: lastUrl, etag }: PollRow,
  since: Date,
  nextPage: string | null,
): Promise<{ page: ListPage; url: string }> {
  const asked = { repository: { owner, name }, order: 'updated' as const, since: since.toISOString() };
  return session.run('list changes', async (instance, signal) => {
    const tracker = trackerOf(instance);
    const url = nextPage ?? tracker.listUrl(asked);
    const condition = url === lastUrl && etag !== null ? { etag } : {};
    return { url, page: await tracker.listItems({ ...asked, url, ...condition }, signal) };
  });
}

/**
 * Returns the time from which the next request asks for changes after a page was read: that of the page's newest item minus `OVERLAP_MS`,
 * but never before `since`.
 */
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

/**
 * Returns the pause between two polls changed by up to 5 %, so that repositories that were added together are not polled together
 * forever.
 */
const jittered = (milliseconds: number): number => Math.round(milliseconds * (0.95 + Math.random() / 10));
