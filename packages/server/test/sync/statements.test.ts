import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { editTask } from '../../src/sync/commands/edit-task.ts';
import { claimIntent } from '../../src/sync/outbound/outbox-queries.ts';
import { workOff } from '../../src/sync/outbound/outbox-worker.ts';
import { person } from './fixtures.ts';
import { createGitHubWorld, type GitHubWorld, REPOSITORY } from './github-world.ts';
import { statementsOf } from './statements-of.ts';

const MOST_STATEMENTS = 15;
const MOST_TRANSACTIONS = 2;

let world: GitHubWorld;
beforeEach(async () => {
  world = await createGitHubWorld();
  await world.receiveWebhooks();
});
afterEach(() => world.close());

test('the write of one changed title takes at most 15 statements in 2 transactions, from its claim until it is settled', async (context) => {
  const { db } = world.database;
  world.github.state.addIssue({ repository: REPOSITORY, title: 'Before' });
  await world.atRest();
  const { id } = await world.task();
  const write = async (title: string): Promise<string[]> => {
    await db.transaction().execute((trx) => editTask(trx, { taskId: id, fields: { title }, actor: person }));
    return statementsOf(async () => {
      const intent = await claimIntent(db, { owner: crypto.randomUUID(), leaseSeconds: 15, except: [] });
      assert.ok(intent);
      await workOff(world.deps, intent, 15, new AbortController().signal);
    });
  };
  // The first write also reads the account and opens connections, so only the second one is counted.
  world.github.webhooks.pause();
  await write('First');
  const statements = await write('Second');
  assert.equal(world.github.state.issue({ repository: REPOSITORY, number: 1 }).title, 'Second');
  assert.equal((await world.task()).links[0]?.sync_state, 'in_sync');
  const begins = statements.filter((statement) => /^(begin|start transaction)/i.test(statement));
  context.diagnostic(`${statements.length} statements, ${begins.length} transactions`);
  for (const statement of statements) context.diagnostic(statement.slice(0, 110));
  assert.ok(statements.length <= MOST_STATEMENTS, `${statements.length} statements:\n${statements.join('\n')}`);
  assert.ok(begins.length <= MOST_TRANSACTIONS, `${begins.length} transactions`);
});
