import type { Database, Transaction } from '../database/database.ts';
import type { Row } from '../database/row-columns.ts';

/** A webhook that we created in a repository (`owner/name`), to be deleted with its integration. */
export type RemoteHookRow = Pick<Row<'remote_hooks'>, 'repository' | 'external_id' | 'url'>;

export async function listRemoteHooks(db: Database, integrationId: number): Promise<RemoteHookRow[]> {
  return db
    .selectFrom('remote_hooks')
    .select(['repository', 'external_id', 'url'])
    .where('integration_id', '=', integrationId)
    .orderBy('repository')
    .execute();
}

export async function saveRemoteHook(
  trx: Database | Transaction,
  integrationId: number,
  hook: RemoteHookRow,
): Promise<void> {
  await trx
    .insertInto('remote_hooks')
    .values({ integration_id: integrationId, ...hook })
    .onConflict((conflict) =>
      conflict.columns(['integration_id', 'repository', 'external_id']).doUpdateSet({ url: hook.url }),
    )
    .execute();
}
