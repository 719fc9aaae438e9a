import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { REPOSITORY } from './github-world.ts';
import { RunningSync } from './running-sync.ts';

describe('payloads that lack fields', () => {
  let sync: RunningSync;
  before(async () => {
    sync = await RunningSync.start();
    await sync.world.receiveWebhooks();
  });
  after(() => sync.close());

  const full = {
    body: 'A body.',
    labels: ['bug', 'priority: high'],
    assignees: ['octocat'],
    state: 'closed',
    stateReason: 'not_planned',
  } as const;
  const expected = {
    description: 'A body.',
    labels: ['bug'],
    assignees: ['octocat'],
    priority: 'high',
    status: 'cancelled',
  };
  /** Adds an issue whose own events are not sent. */
  function addSilently(title: string) {
    const [issue] = sync.state.addIssues({ repository: REPOSITORY, count: 1, make: () => ({ title, ...full }) });
    if (issue === undefined) throw new Error('no issue');
    return issue;
  }
  /** Sends `issues.edited` with the present issue and the given changes. A change to `undefined` removes the key. */
  function sendEdited(number: number, changes: Record<string, unknown>): void {
    const [hook] = sync.state.hooksOf(REPOSITORY);
    if (hook === undefined) throw new Error('no hook');
    const { id, owner, name } = sync.state.issue({ repository: REPOSITORY, number }).repository;
    const payload = {
      action: 'edited',
      issue: { ...sync.state.issueJson({ repository: REPOSITORY, number }), ...changes },
      repository: { id, name, full_name: REPOSITORY, owner: { login: owner.login } },
    };
    sync.world.github.webhooks.sendTo(hook, 'issues', 'edited', JSON.stringify(payload));
  }
  async function fieldsOf(taskId: number) {
    const { description, labels, assignees, priority, status } = await sync.task(taskId);
    return { description, labels, assignees, priority, status };
  }

  const gaps: Record<string, Record<string, unknown>> = {
    labels: { labels: undefined },
    state: { state: undefined, state_reason: undefined },
    body: { body: undefined },
    assignees: { assignees: undefined },
    'labels, state, body and assignees': {
      labels: undefined,
      state: undefined,
      state_reason: undefined,
      body: undefined,
      assignees: undefined,
    },
  };

  for (const [missing, changes] of Object.entries(gaps)) {
    test(`an edit without ${missing} is applied to a known issue and empties nothing`, async () => {
      const { id, number } = addSilently(`Known ${missing}`);
      sendEdited(number, {});
      const task = await sync.taskOf({ id });
      sync.world.github.requests.reset();
      const updated_at = new Date(Date.now() + 5000).toISOString();
      sendEdited(number, { ...changes, title: `Edited ${missing}`, updated_at });
      await sync.world.atRest();
      assert.equal((await sync.task(task)).title, `Edited ${missing}`);
      assert.deepEqual(await fieldsOf(task), expected);
      assert.deepEqual(sync.writesTo(REPOSITORY), []);
    });

    test(`an edit without ${missing} as the first event of an issue makes a task, and the rest is read`, async () => {
      const { id, number } = addSilently(`First ${missing}`);
      sendEdited(number, changes);
      const task = await sync.taskOf({ id });
      await sync.inSync(task);
      await sync.world.atRest();
      assert.deepEqual(await fieldsOf(task), expected);
      assert.deepEqual(sync.writesTo(REPOSITORY), []);
    });
  }

  test('null among labels and assignees is ignored, for a new issue and for a known one', async () => {
    const { id, number } = addSilently('Nulls');
    sendEdited(number, { assignees: [null], labels: [null] });
    const task = await sync.taskOf({ id });
    const { labels, assignees } = await sync.task(task);
    assert.deepEqual([labels, assignees], [[], []]);
    sendEdited(number, { assignees: [null, { login: 'octocat' }], labels: [null, { name: null }, { name: 'bug' }] });
    await sync.world.atRest();
    sendEdited(number, { assignees: [null], labels: [null], title: 'Still read' });
    await sync.world.atRest();
    // All three events have the same update time, so the server reads the issue, whose real values are the expected ones.
    assert.deepEqual(await fieldsOf(task), expected);
    assert.equal((await sync.task(task)).title, 'Nulls');
  });
});
