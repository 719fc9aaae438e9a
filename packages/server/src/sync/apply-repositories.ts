import type { Change, ExternalRepository } from '@commandcenter/integration-kit';
import type { Effect } from '../domain/effect.ts';
import { canonicalText } from '../domain/projection.ts';
import type { Transaction } from '../store/database.ts';
import {
  type RepositoryFacts,
  type RepositoryRow,
  renameRepository,
  repositoryKey,
  saveRepositories,
} from '../store/repositories.ts';
import { watchRepositories } from '../store/repository-polls.ts';
import type { IncomingChange } from './incoming-change.ts';

/** A change under way, with what it has done so far. */
export interface Entry extends IncomingChange {
  effects: Effect[];
}

export interface EntryOf<Kind extends Change['kind']> extends Entry {
  change: Extract<Change, { kind: Kind }>;
}

export function ofKind<Kind extends Change['kind']>(entries: readonly Entry[], ...kinds: Kind[]): EntryOf<Kind>[] {
  return entries.filter((entry): entry is EntryOf<Kind> => (kinds as string[]).includes(entry.change.kind));
}

/** The repositories that a batch speaks of. */
export interface BatchRepositories {
  of(entry: Pick<IncomingChange, 'integration'>, repository: ExternalRepository): RepositoryRow;
}

/** Writes down what the changes say about repositories. */
export async function applyRepositories(trx: Transaction, entries: readonly Entry[]): Promise<BatchRepositories> {
  for (const entry of ofKind(entries, 'repository_renamed')) {
    await renameRepository(
      trx,
      entry.integration.project_id,
      entry.change.from,
      canonicalRepository(entry.change.repository),
    );
  }
  const facts = new Map<string, RepositoryFacts>();
  for (const entry of entries) for (const fact of factsOf(entry)) addFact(facts, fact);
  const rows = await saveRepositories(trx, [...facts.values()]);

  const of: BatchRepositories['of'] = ({ integration }, repository) => {
    const row = rows.get(repositoryKey(integration.project_id, canonicalRepository(repository)));
    if (row === undefined) throw new Error(`the repository ${repository.owner}/${repository.name} was not saved`);
    return row;
  };
  for (const entry of ofKind(entries, 'branch_pushed', 'repository_renamed')) {
    entry.effects.push({ kind: 'repository_updated', repository_id: of(entry, entry.change.repository).id });
  }
  return { of };
}

/**
 * Watches the repositories that have items. Last of all: whoever holds tasks may wait for these rows, and nobody who holds these
 * rows waits for tasks.
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

const repositoryOf = (change: Change): ExternalRepository =>
  change.kind === 'item' ? change.item.repository : change.repository;

const canonicalRepository = (repository: ExternalRepository): ExternalRepository => ({
  owner: canonicalText(repository.owner),
  name: canonicalText(repository.name),
  ...(repository.externalId !== undefined && { externalId: canonicalText(repository.externalId) }),
  ...(repository.defaultBranch !== undefined && { defaultBranch: canonicalText(repository.defaultBranch) }),
  ...(repository.cloneUrl !== undefined && { cloneUrl: canonicalText(repository.cloneUrl) }),
});

function factsOf({ integration, change, source }: Entry): RepositoryFacts[] {
  const fact = (repository: ExternalRepository): RepositoryFacts => ({
    // The answer of a write comes while its task is locked: it says nothing that would have to wait for other events.
    ...(source.kind === 'write'
      ? { owner: canonicalText(repository.owner), name: canonicalText(repository.name) }
      : canonicalRepository(repository)),
    project_id: integration.project_id,
    integration_id: integration.id,
  });
  const first = fact(repositoryOf(change));
  if (change.kind === 'branch_pushed') {
    first.head_sha = change.headSha;
    if (change.pushedAt !== null) first.pushed_at = change.pushedAt;
  }
  return change.kind === 'item_transferred' && change.to !== null ? [first, fact(change.to.repository)] : [first];
}

/** One fact a repository: what later changes of the batch say goes over what earlier ones said, pushes by their time. */
function addFact(facts: Map<string, RepositoryFacts>, fact: RepositoryFacts): void {
  const key = repositoryKey(fact.project_id, fact);
  const before = facts.get(key);
  if (before?.pushed_at !== undefined && fact.pushed_at !== undefined && fact.pushed_at < before.pushed_at) {
    facts.set(key, { ...fact, ...before });
  } else facts.set(key, { ...before, ...fact });
}

function distinct<Watched extends { integration_id: number; repository_id: number; delivered: boolean }>(
  all: Watched[],
): Watched[] {
  return [...new Map(all.map((watched) => [Object.values(watched).join(), watched])).values()];
}
