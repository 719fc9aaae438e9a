import { sql } from 'kysely';
import type { DatabaseConnections } from '../../packages/server/src/database/database.ts';
import { parseEncryptionKeys } from '../../packages/server/src/keys/encryption-keys.ts';
import { fingerprintOf } from '../../packages/server/src/keys/fingerprint.ts';
import { loadInstanceKeys } from '../../packages/server/src/keys/instance-keys.ts';
import { createKeyRing } from '../../packages/server/src/keys/key-ring.ts';
import type { ServerUnderTest } from './server-under-test.ts';

export interface SeededIntegrations {
  projectId: number;
  /** Id of the first integration; the others follow without gaps. */
  firstId: number;
}

/** Creates integrations with the secrets `secretOf(n)`, numbered from 0 and without repositories, as if by the API. */
export async function seedIntegrations(
  { database: { db }, encryptionKeys }: ServerUnderTest,
  count: number,
  secretOf: (n: number) => string,
): Promise<SeededIntegrations> {
  const ring = createKeyRing(parseEncryptionKeys(encryptionKeys));
  const keys = await loadInstanceKeys(db, ring);
  const project = await db
    .insertInto('projects')
    .values({ name: 'Benchmark', slug: `benchmark-${Date.now()}` })
    .returning('id')
    .executeTakeFirstOrThrow();
  let firstId = 0;
  for (let from = 0; from < count; from += 1000) {
    const numbers = Array.from({ length: Math.min(1000, count - from) }, (_, n) => from + n);
    const rows = await db
      .insertInto('integrations')
      .values(
        numbers.map((n) => ({
          project_id: project.id,
          name: `GitHub ${n}`,
          integration_type: 'github',
          auth_type: 'token',
          status: 'active',
        })),
      )
      .returning('id')
      .execute();
    firstId ||= rows[0]?.id ?? 0;
    const secrets = await Promise.all(
      numbers.map(async (n, place) => ({
        integration_id: rows[place]?.id ?? 0,
        jwe: await ring.encrypt(secretOf(n)),
        fingerprint: fingerprintOf(keys.fingerprint, secretOf(n)),
      })),
    );
    await db.insertInto('webhook_secrets').values(secrets).execute();
  }
  await sql`select pg_notify('integrations', id::text) from integrations where project_id = ${project.id}`.execute(db);
  return { projectId: project.id, firstId };
}

/** Creates tasks and deliveries like those of a busy installation after a month. */
export async function seedHistory(
  { database: { db } }: { database: Pick<DatabaseConnections, 'db'> },
  { projectId, firstId }: SeededIntegrations,
  amount: { tasks: number; deliveries: number; integrations: number },
): Promise<void> {
  const repository = await db
    .insertInto('repositories')
    .values({ project_id: projectId, integration_id: firstId, owner: 'Codertocat', name: 'Seeded' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await sql`
    with made as (
      insert into tasks (project_id, title, description, status)
      select ${projectId}::bigint, 'Task ' || n, repeat('text ', 20), (array['todo', 'done', 'in_progress'])[n % 3 + 1]
      from generate_series(1, ${amount.tasks}::int) n returning id
    )
    insert into links (project_id, task_id, integration_id, integration_type, host, repository_id, external_id, number, state, sync_state, base)
    select ${projectId}::bigint, id, ${firstId}::bigint, 'github', 'api.github.com', ${repository.id}::bigint, 'seeded-' || id, id, 'open', 'in_sync', '{}'
    from made`.execute(db);
  await sql`
    with bodies as (
      insert into delivery_bodies (received_at, encoding, body)
      select now() - interval '29 days' * (1 - n::float / ${amount.deliveries}::int), 1, decode(repeat('00', 2000), 'hex')
      from generate_series(1, ${amount.deliveries}::int, 16) n returning id
    )
      insert into deliveries (integration_id, project_id, integration_type, event, delivery_guid, dedupe_key, received_at, status, attempts,
                              body_size, action, repository, item_number, title, sender, reason, effects, processed_at)
      select ${firstId}::bigint + n % ${amount.integrations}::int, ${projectId}::bigint, 'github', 'issues', gen_random_uuid()::text, gen_random_uuid(),
             now() - interval '29 days' * (1 - n::float / ${amount.deliveries}::int), 'processed', 1, 11622, 'edited', 'Codertocat/Hello-World', n % 5000,
             'Spelling error in the README file', 'Codertocat', 'Task updated.', '[{"kind": "task_updated"}]', now()
      from generate_series(1, ${amount.deliveries}::int) n`.execute(db);
  await sql`vacuum analyze`.execute(db);
}
