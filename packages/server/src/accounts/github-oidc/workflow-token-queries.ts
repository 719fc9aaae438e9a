import type { Database, Transaction } from '../../database/database.ts';
import type { TrustedRepositoryKey } from './trusted-repository-queries.ts';

/**
 * Finds the trusted repository of a project and locks it, so that its tokens are counted correctly. Returns undefined when the project
 * does not trust this repository of this owner.
 */
export function lockTrust(
  trx: Transaction,
  { project_id, issuer, repository_id }: TrustedRepositoryKey,
  ownerId: number,
): Promise<{ id: number } | undefined> {
  return trx
    .selectFrom('trusted_repositories')
    .select('id')
    .where('project_id', '=', project_id)
    .where('issuer', '=', issuer)
    .where('repository_id', '=', repository_id)
    .where('owner_id', '=', ownerId)
    .forUpdate()
    .executeTakeFirst();
}

/** Records that an id token was used. Returns false when it had been used before. */
export async function takeIdToken(
  trx: Transaction,
  idToken: { issuer: string; jti: string; expires_at: Date },
): Promise<boolean> {
  const taken = await trx
    .insertInto('used_id_tokens')
    .values(idToken)
    .onConflict((on) => on.columns(['issuer', 'jti']).doNothing())
    .returning('jti')
    .executeTakeFirst();
  return taken !== undefined;
}

/** Returns the time at which fewer than `most` tokens of a trusted repository are valid; undefined when that is already so. */
export async function whenTokensAreFewer(
  trx: Transaction,
  trustedRepositoryId: number,
  most: number,
  now: Date,
): Promise<Date | undefined> {
  const row = await trx
    .selectFrom('api_tokens')
    .select('expires_at')
    .where('trusted_repository_id', '=', trustedRepositoryId)
    .where('expires_at', '>', now)
    .orderBy('expires_at', 'desc')
    .offset(most - 1)
    .limit(1)
    .executeTakeFirst();
  return row?.expires_at ?? undefined;
}

/** Records that a workflow of a trusted repository got a token, and the repository's current name. */
export async function touchTrust(
  db: Database | Transaction,
  id: number,
  { name, now }: { name: string | null; now: Date },
): Promise<void> {
  await db
    .updateTable('trusted_repositories')
    .set({ last_used_at: now, ...(name === null ? {} : { name }) })
    .where('id', '=', id)
    .execute();
}
