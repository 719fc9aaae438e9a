import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { ApiError } from '../../src/errors.ts';
import { syncTaskToIssue } from '../../src/sync/commands/task-to-issue.ts';
import { listTaskHistory } from '../../src/tasks/task-history-queries.ts';
import { waitFor } from '../harness/wait-for.ts';
import { person } from './fixtures.ts';
import { REPOSITORY, repositoryRef } from './github-world.ts';
import { RunningSync } from './running-sync.ts';

let sync: RunningSync;
afterEach(() => sync.close());

const issues = () => sync.state.issues(REPOSITORY);
const historyOf = async (task: number) => {
  const { items } = await listTaskHistory(sync.world.database.db, task, { limit: 100 });
  return items.flatMap(({ changes }) => changes.map(({ field }) => field));
};
const toIssue = (taskId: number, repository = repositoryRef) =>
  syncTaskToIssue(sync.world.deps, {
    integrationId: sync.world.integration.id,
    taskId,
    repository,
    actor: person,
    waitMs: 10_000,
  });

describe('a description as long as GitHub allows', () => {
  // Each emoji is two UTF-16 units but one code point, so that the text fits only if code points are counted.
  const longest = `${'🌈'.repeat(65_500)}${'x'.repeat(36)}`;
  let task: number;
  beforeEach(async () => {
    sync = await RunningSync.start();
    await sync.world.receiveWebhooks();
    task = await sync.createTask('Long');
    await sync.edit(task, { description: longest });
  });

  async function expectComplete(): Promise<void> {
    await sync.inSync(task);
    await sync.world.atRest();
    assert.deepEqual(
      issues().map(({ body }) => body === longest),
      [true],
    );
    const { description, links } = await sync.task(task);
    assert.equal(description, longest);
    assert.equal(links.length, 1);
    assert.deepEqual(await sync.conflicts(task), []);
    assert.deepEqual(await historyOf(task), ['link', 'description', 'created']);
    const { writes } = await sync.link(task);
    assert.ok(writes.every(({ answered }) => answered !== undefined));
  }

  test('becomes an issue with the complete text', async () => {
    await toIssue(task);
    await expectComplete();
    assert.deepEqual(sync.writesTo(REPOSITORY), [
      `POST /repos/${REPOSITORY}/issues 201`,
      `PATCH /repos/${REPOSITORY}/issues/1 200`,
    ]);
  });

  test('does so when the events of the new issue arrive before the response', async () => {
    sync.world.github.webhooksOvertake = true;
    await toIssue(task);
    await expectComplete();
  });

  test('does so when the response to the create was lost', async () => {
    sync.world.github.webhooks.drop = () => true;
    sync.world.github.fault({ kind: 'reset', method: 'POST', path: /\/issues$/ });
    await sync.requestIssue(task, REPOSITORY);
    await sync.linkWhere(task, 'created', ({ external_id }) => external_id !== null);
    await expectComplete();
  });

  test('keeps an edit at GitHub that is made before the text is complete', async () => {
    const { promise: until, resolve: release } = Promise.withResolvers<void>();
    const hold = sync.world.github.fault({ kind: 'delay', method: 'PATCH', path: /\/issues\/1$/, until });
    await toIssue(task);
    await waitFor('the update', () => hold.hits > 0);
    sync.state.editIssue({ repository: REPOSITORY, number: 1, title: 'Renamed there' });
    await waitFor('the new title', async () => (await sync.task(task)).title === 'Renamed there');
    release();
    await sync.inSync(task);
    await sync.world.atRest();
    assert.deepEqual([issues()[0]?.title, issues()[0]?.body === longest], ['Renamed there', true]);
    assert.equal((await sync.task(task)).description, longest);
  });
});

describe('a task from an Enterprise Server with other limits', () => {
  const title = 'T'.repeat(300);
  const body = 'b'.repeat(70_000);
  const labels = Array.from({ length: 120 }, (_, index) => `${String(index).padStart(3, '0')}-${'l'.repeat(56)}`);
  let task: number;
  beforeEach(async () => {
    sync = await RunningSync.start({ default_labels: ['commandcenter'] });
    Object.assign(sync.world.github.settings.limits, { title: 300, body: 262_144, label: 60 });
    await sync.world.receiveWebhooks();
    task = await sync.taskOf(sync.state.addIssue({ repository: REPOSITORY, title, body, labels }));
    await sync.world.atRest();
  });
  const issue = () => sync.state.issue({ repository: REPOSITORY, number: 1 });
  const labelNames = () => issue().labels.map(({ name }) => name);
  const refuses = (fields: Parameters<RunningSync['edit']>[1], pointer: string, message: string) =>
    assert.rejects(sync.edit(task, fields), (error: ApiError) => {
      assert.deepEqual(error.errors, [{ pointer, message }]);
      return true;
    });

  test('is edited in every other field, also when the whole task is sent back', async () => {
    const { description, assignees, priority } = await sync.task(task);
    assert.equal(description, body);
    await sync.edit(task, { status: 'done' });
    await sync.edit(task, {
      title,
      description,
      labels: labels.toReversed(),
      assignees,
      priority,
      status: 'cancelled',
    });
    await sync.edit(task, { title, labels: [...labels, 'urgent'] });
    await sync.world.atRest();
    assert.deepEqual([issue().state, issue().stateReason], ['closed', 'not_planned']);
    assert.deepEqual([issue().title, issue().body], [title, body]);
    assert.deepEqual(labelNames().toSorted(), [...labels, 'priority: high'].toSorted());
    assert.equal((await sync.task(task)).priority, 'high');
  });

  test('loses labels here, and gets none beyond the limit', async () => {
    await refuses({ labels: [...labels, 'new'] }, '/labels', 'must have at most 100 entries; it has 121');
    await refuses({ labels: ['n'.repeat(51)] }, '/labels/0', 'must have at most 50 characters; it has 51');
    await refuses({ title: `${title}T` }, '/title', 'must have at most 256 characters; it has 301');
    await refuses({ description: `${body}b` }, '/description', 'must have at most 65,536 characters; it has 70,001');
    await sync.edit(task, { labels: labels.slice(1) });
    await sync.world.atRest();
    assert.deepEqual(labelNames(), labels.slice(1));
  });

  test('becomes an issue in another repository there, with the default labels', async () => {
    const other = sync.addRepository('other');
    await toIssue(task, { owner: 'my-org', name: 'other' });
    await sync.world.atRest();
    const there = sync.state.issue({ repository: other, number: 1 });
    assert.deepEqual([there.title, there.body], [title, body]);
    assert.deepEqual(there.labels.map(({ name }) => name).toSorted(), [...labels, 'commandcenter'].toSorted());
  });
});
