import type { Database } from '../database/database.ts';

/** Returns any encrypted key of this installation, which shows with which encryption key it was encrypted. */
export async function findAnyInstanceKey(db: Database): Promise<string | undefined> {
  const row = await db.selectFrom('instance_keys').select('jwe').limit(1).executeTakeFirst();
  return row?.jwe;
}

export async function findInstanceKey(db: Database, name: string): Promise<string | undefined> {
  const row = await db.selectFrom('instance_keys').select('jwe').where('name', '=', name).executeTakeFirst();
  return row?.jwe;
}

/** Stores a new key. A key that another process stored first under the same name is kept. */
export async function insertInstanceKey(db: Database, name: string, jwe: string): Promise<void> {
  await db
    .insertInto('instance_keys')
    .values({ name, jwe })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
