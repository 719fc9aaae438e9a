import { sql } from 'kysely';
import type { Database, Transaction } from './database.ts';
import type { RepositoryRow } from './repositories.ts';

export interface NewRepository {
  project_id: number;
  owner: string;
  name: string;
  integration_id: number | null;
  default_branch: string | null;
  clone_url: string | null;
}

/** Makes a repository; undefined when its project has one of that name, whatever the case. */
export function insertRepository(
  db: Database | Transaction,
  repository: NewRepository,
): Promise<RepositoryRow | undefined> {
  return db
    .insertInto('repositories')
    .values(repository)
    .onConflict((on) => on.expression(sql`project_id, lower(owner), lower(name)`).doNothing())
    .returningAll()
    .executeTakeFirst();
}

export type RepositoryPatch = Partial<Pick<NewRepository, 'integration_id' | 'default_branch' | 'clone_url'>>;

export function updateRepository(
  db: Database | Transaction,
  id: number,
  patch: RepositoryPatch,
): Promise<RepositoryRow | undefined> {
  return db
    .updateTable('repositories')
    .set({ ...patch, updated_at: sql`now()` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

/** Deletes a repository that no task is linked to. Answers whether it did. */
export async function deleteRepository(db: Database | Transaction, id: number): Promise<boolean> {
  const result = await db
    .deleteFrom('repositories')
    .where('id', '=', id)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('links')
            .select('links.id')
            .where('repository_id', '=', id)
            .where('task_id', 'is not', null)
            .where('sync_state', 'not in', ['deleted', 'detached']),
        ),
      ),
    )
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}
