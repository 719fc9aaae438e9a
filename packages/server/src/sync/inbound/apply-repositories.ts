import type { Change, ExternalRepository } from '@commandcenter/integration-kit';
import type { Transaction } from '../../database/database.ts';
import { type RepositoryFacts, repositoryKey } from '../../integrations/repositories/plan-repository-changes.ts';
import { grantRepositories } from '../../integrations/repositories/repository-grant-queries.ts';
import { wasNamed } from '../../integrations/repositories/repository-identity-queries.ts';
import { recordOverlaps } from '../../integrations/repositories/repository-overlap-queries.ts';
import { findRepositoryByName, type RepositoryRow } from '../../integrations/repositories/repository-queries.ts';
import { saveRepositories } from '../../integrations/repositories/save-repository-queries.ts';
import type { Effect } from '../effect.ts';
import { moveLinksToIntegration } from '../link/link-queries.ts';
import { identifyNamedRepository } from '../repositories/identify-repository.ts';
import { canonicalRepository, factsSeenNow } from '../repositories/repository-facts.ts';
import type { IncomingChange, SyncIntegration } from './incoming-change.ts';
import { watchRepositories } from './repository-poll-queries.ts';
import { versionOf } from './snapshot.ts';

/** A change that is being applied, with its effects so far. */
export interface Entry extends IncomingChange {
  effects: Effect[];
}

export interface EntryOf<Kind extends Change['kind']> extends Entry {
  change: Extract<Change, { kind: Kind }>;
}

/** A change of one item: the item as it is, its deletion, or its transfer to another repository. */
export type ItemEntry = EntryOf<'item' | 'item_deleted' | 'item_transferred'>;

export function ofKind<Kind extends Change['kind']>(entries: readonly Entry[], ...kinds: Kind[]): EntryOf<Kind>[] {
  return entries.filter((entry): entry is EntryOf<Kind> => (kinds as string[]).includes(entry.change.kind));
}

/** The stored rows of all repositories that the changes of a batch name. */
export interface BatchRepositories {
  of(entry: Pick<IncomingChange, 'integration'>, repository: ExternalRepository): RepositoryRow;
}

/** Stores the facts about repositories that the changes contain, such as ids, names and pushes, and returns the repositories' rows. */
export async function applyRepositories(
  trx: Transaction,
  entries: readonly Entry[],
  now: Date,
): Promise<BatchRepositories> {
  for (const entry of ofKind(entries, 'repository_renamed')) await identifyByFormerName(trx, entry);
  const facts = new Map<string, RepositoryFacts>();
  for (const entry of entries) for (const fact of factsOf(entry, now)) addFact(facts, fact);
  const { rows, takenOver } = await saveRepositories(trx, [...facts.values()]);
  for (const { id, integration_id } of takenOver) await moveLinksToIntegration(trx, id, integration_id);

  const canonicals = new Map<ExternalRepository, ExternalRepository>();
  const of: BatchRepositories['of'] = ({ integration }, repository) => {
    // Cache the canonical form, because the row of one repository is looked up many times for one change.
    const canonical = canonicals.get(repository) ?? canonicalRepository(repository);
    canonicals.set(repository, canonical);
    const row = rows.get(repositoryKey(identified(integration, canonical)));
    if (row === undefined) throw new Error(`the repository ${repository.owner}/${repository.name} was not saved`);
    return row;
  };
  await grantNamedRepositories(trx, entries, of);
  for (const entry of ofKind(entries, 'branch_pushed', 'repository_renamed')) {
    entry.effects.push({ kind: 'repository_updated', repository_id: of(entry, entry.change.repository).id });
  }
  return { of };
}

/** Allows integrations to use their credential for repositories that a verified delivery, or a person who wants an item, has named. */
async function grantNamedRepositories(
  trx: Transaction,
  entries: readonly Entry[],
  of: BatchRepositories['of'],
): Promise<void> {
  const grants = entries.flatMap((entry) => {
    const repository = primaryRepositoryOf(entry.change);
    if (repository === null || (entry.source.kind !== 'webhook' && entry.source.kind !== 'manual')) return [];
    const { id, granted_to } = of(entry, repository);
    const integration_id = entry.integration.id;
    return granted_to.includes(integration_id) ? [] : [{ repository_id: id, integration_id }];
  });
  await grantRepositories(trx, grants);
}

/** Stores the immutable id of a renamed repository that is known by its former name alone, so that its row gets the new name. */
async function identifyByFormerName(
  trx: Transaction,
  { integration, change }: EntryOf<'repository_renamed'>,
): Promise<void> {
  const { externalId } = canonicalRepository(change.repository);
  if (externalId === undefined) return;
  const named = await findRepositoryByName(trx, integration.project_id, integration.host, change.from);
  if (named === undefined || named.external_id !== null) return;
  // This rename was applied before, so the row that has the former name now is another repository, added since.
  if (await wasNamed(trx, integration, externalId, change.from)) return;
  await identifyNamedRepository(trx, integration, named, externalId);
}

/**
 * Returns the changes without those of repositories that another integration of the project follows. A change that is left out gets an
 * effect that says so, and the overlap is recorded, so that both integrations show it.
 */
export async function withoutOverlaps(
  trx: Transaction,
  entries: readonly Entry[],
  { of }: BatchRepositories,
): Promise<Entry[]> {
  const overlaps: { integration_id: number; repository_id: number }[] = [];
  const kept = entries.filter((entry) => {
    const repository = primaryRepositoryOf(entry.change);
    // Reads and writes go through the integration of the link itself, so they are no overlap.
    if (repository === null || entry.source.kind === 'read' || entry.source.kind === 'write') return true;
    const row = of(entry, repository);
    if (row.integration_id === null || row.integration_id === entry.integration.id) return true;
    overlaps.push({ integration_id: entry.integration.id, repository_id: row.id });
    entry.effects.push({
      kind: 'not_synced',
      repository_id: row.id,
      detail: `${row.owner}/${row.name} is followed by integration ${row.integration_id} of this project.`,
    });
    return false;
  });
  await recordOverlaps(trx, overlaps);
  return kept;
}

/**
 * Starts polling the repositories of the batch's items. This must be the last step: a transaction that has locked tasks may wait for rows
 * of `repository_polls`, but one that holds such rows never waits for tasks.
 */
export async function watchItemRepositories(
  trx: Transaction,
  entries: readonly Entry[],
  { of }: BatchRepositories,
): Promise<void> {
  const watched = ofKind(entries, 'item', 'item_deleted', 'item_transferred')
    .filter(({ source }) => source.kind !== 'write')
    .map((entry) => ({
      integration_id: entry.integration.id,
      repository_id: of(entry, repositoryOf(entry.change)).id,
      delivered: entry.source.kind === 'webhook',
    }));
  await watchRepositories(trx, distinct(watched));
}

type ItemChange = Extract<Change, { kind: 'item' | 'item_deleted' | 'item_transferred' }>;

const repositoryOf = (change: ItemChange): ExternalRepository =>
  change.kind === 'item' ? change.item.repository : change.repository;

/** Returns the repository whose follower applies the change; null for a change that is not about a single repository. */
function primaryRepositoryOf(change: Change): ExternalRepository | null {
  switch (change.kind) {
    case 'item':
      return change.item.repository;
    case 'repository_access_changed':
    case 'access_changed':
      return null;
    default:
      return change.repository;
  }
}

function repositoriesOf(change: Change): ExternalRepository[] {
  const primary = primaryRepositoryOf(change);
  if (primary === null) return [];
  return change.kind === 'item_transferred' && change.to !== null ? [primary, change.to.repository] : [primary];
}

const identified = ({ project_id, host }: SyncIntegration, repository: ExternalRepository) => ({
  project_id,
  host,
  ...repository,
});

function factsOf({ integration, change, source }: Entry, now: Date): RepositoryFacts[] {
  const facts = repositoriesOf(change).map((repository): RepositoryFacts => {
    const fact = factsSeenNow(integration, repository, now);
    fact.late = source.kind === 'webhook';
    // A late event must not bring a former name back, so the event of an item counts as having seen the name when the item changed.
    const item = change.kind === 'item' ? change.item : change.kind === 'item_transferred' ? change.to : null;
    if (fact.late && item !== null) fact.seen_at = earlier(versionOf(item), fact.seen_at);
    // The response to a write is stored while its task is locked. Leave out facts whose storing could wait for other transactions.
    if (source.kind === 'write') {
      delete fact.handle;
      delete fact.defaultBranch;
      delete fact.cloneUrl;
    }
    return fact;
  });
  const [first] = facts;
  if (change.kind === 'branch_pushed' && first !== undefined) {
    first.head_sha = change.headSha;
    if (change.pushedAt !== null) first.pushed_at = change.pushedAt;
  }
  return facts;
}

const earlier = (time: Date, other: string): string =>
  time.getTime() < Date.parse(other) ? time.toISOString() : other;

/**
 * Merges a fact into the single entry of its repository. Later changes of the batch override earlier ones, but names are ordered by
 * `seen_at` and pushes by `pushed_at`.
 */
function addFact(facts: Map<string, RepositoryFacts>, fact: RepositoryFacts): void {
  const key = repositoryKey(fact);
  const before = facts.get(key);
  if (before?.pushed_at !== undefined && fact.pushed_at !== undefined && fact.pushed_at < before.pushed_at) {
    facts.set(key, { ...fact, ...before });
  } else if (before !== undefined && before.seen_at > fact.seen_at) {
    const { owner, name, seen_at, late } = before;
    facts.set(key, { ...before, ...fact, owner, name, seen_at, late });
  } else facts.set(key, { ...before, ...fact });
}

function distinct<Watched extends { integration_id: number; repository_id: number; delivered: boolean }>(
  all: Watched[],
): Watched[] {
  return [...new Map(all.map((watched) => [Object.values(watched).join(), watched])).values()];
}
