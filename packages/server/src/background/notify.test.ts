import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { createTestDatabase, type TestDatabase } from '../../test/harness/test-database.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import { type Notifier, startNotifier } from './notify.ts';

const log = pino({ level: 'silent' });
let database: TestDatabase;
let notifier: Notifier;

before(async () => {
  database = await createTestDatabase();
  notifier = await startNotifier({ openClient: database.openClient, pool: database.pool, log });
});

after(async () => {
  await notifier.close();
  await database.destroy();
});

test('a notification reaches the subscribers of its channel with its payload', async () => {
  const heard: string[] = [];
  const end = notifier.subscribe('job:12', (payload) => heard.push(payload));
  notifier.subscribe('other', () => heard.push('heard on another channel'));
  await sayUntil('job:12', 'completed', () => heard.length > 0);
  assert.deepEqual([...new Set(heard)], ['completed']);
  end();
});

test('a lost connection is opened again, said so, and hears every channel', async () => {
  const heard: string[] = [];
  const reconnected = Promise.withResolvers<void>();
  notifier.subscribe('deliveries', (payload) => heard.push(payload));
  notifier.onReconnect(reconnected.resolve);
  await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'commandcenter notifications' and datname = current_database()`,
  );
  await reconnected.promise;
  await notifier.notify('deliveries', 'again');
  await waitFor('the notification', () => heard.includes('again'));
});

/** Sends a notification again and again until it is heard, because a subscription takes effect only shortly after `subscribe` returns. */
async function sayUntil(channel: string, payload: string, heard: () => boolean): Promise<void> {
  await waitFor(`${payload} on ${channel}`, async () => {
    await notifier.notify(channel, payload);
    return heard();
  });
}
