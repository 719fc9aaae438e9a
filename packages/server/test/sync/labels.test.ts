import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { waitFor } from '../harness/wait-for.ts';
import { RunningSync } from './running-sync.ts';

let sync: RunningSync;
afterEach(() => sync.close());

test('a label that only one side has is created at the provider and does not hold up later edits', async () => {
  sync = await RunningSync.start({ repositories: ['my-org/live'], poll_seconds: 0.1 });
  const live = sync.addRepository('live');
  const issue = sync.state.addIssue({ repository: live, title: 'Issue', labels: ['unknown here'] });
  const task = await sync.taskOf(issue);
  assert.deepEqual((await sync.task(task)).labels, ['unknown here']);
  await sync.edit(task, { labels: ['unknown here', 'unknown there'] });
  await sync.edit(task, { title: 'Edited' });
  await waitFor('both edits', () => {
    const { title, labels } = sync.state.issue({ repository: live, number: issue.number });
    return title === 'Edited' && labels.length === 2;
  });
  await sync.inSync(task);
});
