import { isHookInstaller } from '@commandcenter/integration-kit';
import type { Actor } from '../accounts/actor.ts';
import { recordAudit } from '../accounts/audit-log-queries.ts';
import { notFound } from '../errors.ts';
import { announceIntegration, deleteIntegration as deleteRow, lockIntegration } from './integration-queries.ts';
import type { ManageDependencies } from './manage.ts';
import { listRemoteHooks, type RemoteHookRow } from './remote-hook-queries.ts';

/** Longest clean-up at the provider in milliseconds, so that an unreachable provider does not keep people from deleting an integration. */
const LONGEST_CLEAN_UP_MS = 8000;

/**
 * Deletes an integration: removes the webhooks that it created, detaches its links (tasks stay) and ends its secrets. The audit log lists
 * the webhooks that could not be removed.
 */
export async function deleteIntegration(dependencies: ManageDependencies, id: number, actor: Actor): Promise<void> {
  const { db } = dependencies;
  const left = await removeHooks(dependencies, id);
  await db.transaction().execute(async (trx) => {
    const row = await lockIntegration(trx, id);
    if (row === undefined) throw notFound(`integration ${id}`);
    await dependencies.detachLinks(trx, id);
    await deleteRow(trx, id);
    const details = {
      name: row.name,
      integration_type: row.integration_type,
      hooks_left: left.map(({ repository, url }) => ({ repository, url })),
    };
    await recordAudit(trx, {
      projectId: row.project_id,
      actor,
      action: 'integration.delete',
      object: `integration:${id}`,
      details,
    });
    await announceIntegration(trx, id);
  });
}

async function removeHooks({ db, host, log }: ManageDependencies, id: number): Promise<RemoteHookRow[]> {
  const hooks = await listRemoteHooks(db, id);
  const signal = AbortSignal.timeout(LONGEST_CLEAN_UP_MS);
  const left: RemoteHookRow[] = [];
  for (const hook of hooks) {
    const [owner = '', name = ''] = hook.repository.split('/');
    try {
      await host.run(
        id,
        'remove webhook',
        async (instance, ending) => {
          if (isHookInstaller(instance)) await instance.removeHook({ owner, name }, hook.external_id, ending);
        },
        { signal, evenDisabled: true },
      );
    } catch (error) {
      log.warn(
        { integration: id, repository: hook.repository, err: error },
        'a webhook that we made could not be removed',
      );
      left.push(hook);
    }
  }
  return left;
}
