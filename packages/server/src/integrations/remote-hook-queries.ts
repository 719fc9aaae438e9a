import type { Database, Transaction } from '../database/database.ts';

/** A webhook that we made at the provider, to be removed with its integration. */
export interface RemoteHookRow {
  /** `owner/name`. */
  repository: string;
  external_id: string;
  url: string;
}

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
