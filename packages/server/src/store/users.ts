import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { scopes } from '../domain/scope.ts';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { createApiToken } from './api-tokens.ts';
import type { Database, Transaction } from './database.ts';
import { createProject } from './projects.ts';

/** What a first start made. */
export interface FirstStart {
  userId: number;
  projectId: number;
  /** Shown once; it has every scope. */
  token: string;
}

/**
 * Makes the owner, a project and a token with every scope in an empty database; undefined where there is an owner already.
 * Several processes may start at once: one of them makes it.
 */
export function bootstrapOwner(db: Database): Promise<FirstStart | undefined> {
  return db.transaction().execute(async (trx) => {
    const [space, lock] = ADVISORY_LOCKS.bootstrapOwner;
    await sql`select pg_advisory_xact_lock(${space}::int, ${lock}::int)`.execute(trx);
    if ((await findOwner(trx)) !== undefined) return undefined;
    const user = await trx
      .insertInto('users')
      .values({ login: 'owner', name: 'Owner' })
      .returning('id')
      .executeTakeFirstOrThrow();
    const project = await createProject(trx, { name: 'My project', ownerId: user.id });
    const { token } = await createApiToken(
      trx,
      { name: 'First token', scopes, user_id: user.id, project_id: null, expires_at: null },
      randomBytes,
    );
    return { userId: user.id, projectId: project.id, token };
  });
}

/** The first user: owner of what is made without a user. */
export function findOwner(db: Database | Transaction): Promise<{ id: number } | undefined> {
  return db.selectFrom('users').select('id').orderBy('id').limit(1).executeTakeFirst();
}
