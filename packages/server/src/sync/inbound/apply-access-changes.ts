import type { Transaction } from '../../database/database.ts';
import { applyAccessToIntegration } from '../../integrations/access-change.ts';
import { requestChecks } from '../../integrations/repositories/repository-check-queries.ts';
import { findRepositoriesByIds } from '../../integrations/repositories/repository-queries.ts';
import type { Effect } from '../effect.ts';
import { markRepositoryDeleted } from '../repositories/repository-access.ts';
import { type BatchRepositories, type Entry, ofKind } from './apply-repositories.ts';

/**
 * Applies changes of our access to repositories. An event about access only requests a check, which asks the provider whether the
 * repository works, so that late and reordered events do no harm.
 */
export async function applyAccessChanges(
  trx: Transaction,
  entries: readonly Entry[],
  { of }: BatchRepositories,
): Promise<void> {
  for (const entry of ofKind(entries, 'repository_changed')) {
    const { id } = of(entry, entry.change.repository);
    await requestChecks(trx, [id]);
    entry.effects.push(updated(id, 'Its access is checked.'));
  }
  for (const entry of ofKind(entries, 'repository_access_changed')) {
    const { added, removed } = entry.change;
    const ids = [...added, ...removed].flatMap(({ externalId }) => externalId ?? []);
    const rows = await findRepositoriesByIds(trx, entry.integration, ids);
    await requestChecks(
      trx,
      rows.map(({ id }) => id),
    );
    for (const { id } of rows) entry.effects.push(updated(id, 'Its access is checked.'));
  }
  for (const entry of ofKind(entries, 'repository_deleted')) {
    const row = of(entry, entry.change.repository);
    const count = await markRepositoryDeleted(trx, row);
    entry.effects.push(updated(row.id, `It was deleted; ${count} ${count === 1 ? 'task stays' : 'tasks stay'}.`));
  }
  for (const entry of ofKind(entries, 'access_changed')) {
    const detail = await applyAccessToIntegration(trx, entry.integration.id, entry.change);
    entry.effects.push({ kind: 'access_changed', detail });
  }
}

const updated = (repositoryId: number, detail: string): Effect => ({
  kind: 'repository_updated',
  repository_id: repositoryId,
  detail,
});
