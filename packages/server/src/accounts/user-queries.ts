import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { ADVISORY_LOCKS } from '../database/advisory-locks.ts';
import type { Database, Transaction } from '../database/database.ts';
import { createProject } from './projects/project-queries.ts';
import { scopes } from './scope.ts';
import { createApiToken } from './tokens/api-token-queries.ts';

/** The project and the token with which a person begins. */
export interface FirstStart {
  projectId: number;
  /** Shown by this start alone; it has every scope. */
  token: string;
}

/** Creates the owner and a project in an empty database. Several processes may start at once: one of them creates both. */
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
 * Replaces the initial token as long as nobody has used it, so that a start that failed, or whose output was lost, locks nobody out.
 * Returns undefined once it was used, or when the owner has made other tokens.
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

/** The first user: owner of what is made without a user. */
export function findOwner(db: Database | Transaction): Promise<{ id: number } | undefined> {
  return db.selectFrom('users').select('id').orderBy('id').limit(1).executeTakeFirst();
}
