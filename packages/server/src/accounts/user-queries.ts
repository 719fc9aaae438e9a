import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { ADVISORY_LOCKS } from '../database/advisory-locks.ts';
import type { Database, Transaction } from '../database/database.ts';
import { createProject } from './projects/project-queries.ts';
import { scopes } from './scope.ts';
import { createApiToken } from './tokens/api-token-queries.ts';

/** The project and the token with which a new installation begins. */
export interface FirstStart {
  projectId: number;
  /** Token with every scope, which only this start of the server displays. */
  token: string;
}

/**
 * Creates the owner, a project and the initial token in a database without users. When several processes start at once, only one of them
 * creates these.
 */
export function createOwner(db: Database): Promise<void> {
  return db.transaction().execute(async (trx) => {
    await lockOwner(trx);
    if ((await findOwner(trx)) !== undefined) return;
    const { id } = await trx
      .insertInto('users')
      .values({ login: 'owner', name: 'Owner' })
      .returning('id')
      .executeTakeFirstOrThrow();
    await createProject(trx, { name: 'My project', ownerId: id });
    await createInitialToken(trx, id);
  });
}

/**
 * Replaces the initial token as long as it is unused, so that nobody is locked out by a start that failed or whose output was lost.
 * Returns undefined once it was used, or when the owner has created other tokens.
 */
export function renewInitialToken(db: Database): Promise<FirstStart | undefined> {
  return db.transaction().execute(async (trx) => {
    await lockOwner(trx);
    const owner = await findOwner(trx);
    if (owner === undefined) return undefined;
    const tokens = await trx
      .selectFrom('api_tokens')
      .select(['id', 'initial', 'last_used_at'])
      .where('user_id', '=', owner.id)
      .limit(2)
      .execute();
    const [token] = tokens;
    if (token === undefined || tokens.length > 1 || !token.initial || token.last_used_at !== null) return undefined;
    await trx.deleteFrom('api_tokens').where('id', '=', token.id).execute();
    const { id: projectId } = await trx
      .selectFrom('projects')
      .select('id')
      .orderBy('id')
      .limit(1)
      .executeTakeFirstOrThrow();
    return { projectId, token: await createInitialToken(trx, owner.id) };
  });
}

async function createInitialToken(trx: Transaction, ownerId: number): Promise<string> {
  const { token } = await createApiToken(
    trx,
    { name: 'First token', scopes, user_id: ownerId, project_id: null, expires_at: null, initial: true },
    randomBytes,
  );
  return token;
}

async function lockOwner(trx: Transaction): Promise<void> {
  const [space, lock] = ADVISORY_LOCKS.owner;
  await sql`select pg_advisory_xact_lock(${space}::int, ${lock}::int)`.execute(trx);
}

/** Finds the first user, who owns what is created without a user. */
export function findOwner(db: Database | Transaction): Promise<{ id: number } | undefined> {
  return db.selectFrom('users').select('id').orderBy('id').limit(1).executeTakeFirst();
}
