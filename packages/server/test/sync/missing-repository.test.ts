import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { RunningSync } from './running-sync.ts';

let sync: RunningSync;
afterEach(() => sync.close());

const MISSING = 'my-org/missing';
const requestsOfMissing = (): number => sync.world.github.requests.count(({ path }) => path.includes(MISSING));

test('a repository that is configured and does not exist is asked for rarely, holds up no other one, and is followed once it exists', async () => {
  sync = await RunningSync.start({ repositories: [MISSING, 'my-org/live'], poll_seconds: 0.1 });
  const live = sync.addRepository('live');
  for (let round = 1; round <= 5; round += 1) {
    const issue = sync.state.addIssue({ repository: live, title: `Issue ${round}` });
    const task = await sync.taskOf(issue);
    await sync.edit(task, { title: `Edited ${round}` });
    await sync.inSync(task);
  }
  const asked = requestsOfMissing();
  assert.ok(asked >= 1 && asked <= 6, `asked ${asked} times`);
  const { enabled, status, error_count } = await sync.integration();
  assert.deepEqual({ enabled, status, error_count }, { enabled: true, status: 'active', error_count: 0 });
  const { rows } = await sync.world.database.pool.query(`select refusal from repositories where name = 'missing'`);
  assert.match(rows[0]?.refusal?.message ?? '', /Not Found/);
  assert.match(rows[0]?.refusal?.remedy ?? '', /\w/);

  sync.addRepository('missing');
  const task = await sync.taskOf(sync.state.addIssue({ repository: MISSING, title: 'First' }));
  await sync.inSync(task);
});
