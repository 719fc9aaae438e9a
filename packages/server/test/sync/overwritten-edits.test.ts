import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../harness/wait-for.ts';
import { REPOSITORY } from './github-world.ts';
import { RunningSync } from './running-sync.ts';

const issue = (number: number) => sync.state.issue({ repository: REPOSITORY, number });
const path = /\/issues\/1$/;

let sync: RunningSync;
let task: number;
afterEach(() => sync.close());

/** Waits for the next second of GitHub's clock, which has a precision of seconds. */
const nextSecond = () => sleep(1010 - (Date.now() % 1000));

describe('while a write waits for a rate limit', () => {
  beforeEach(async () => {
    sync = await RunningSync.start();
    task = 0;
  });

  async function follow(title: string): Promise<void> {
    const [added] = sync.state.addIssues({ repository: REPOSITORY, count: 1, make: () => ({ title, body: 'Text' }) });
    assert.ok(added);
    await sync.world.receiveWebhooks();
    sync.state.editIssue({ repository: REPOSITORY, number: 1, body: 'Text.' });
    task = await sync.taskOf(added);
    await sync.world.atRest();
    sync.world.github.webhooks.drop = () => true;
    await nextSecond();
  }
  const refuseWithWait = (seconds: number) =>
    sync.world.github.fault({
      kind: 'status',
      status: 403,
      method: 'PATCH',
      path,
      headers: { 'retry-after': String(seconds) },
      body: { message: 'You have exceeded a secondary rate limit.' },
    });

  async function newerTitleWins(seconds: number): Promise<void> {
    await follow('First');
    const fault = refuseWithWait(seconds);
    await sync.edit(task, { title: 'Ours' });
    await waitFor('the refusal', () => fault.hits > 0);
    await nextSecond();
    sync.state.editIssue({ repository: REPOSITORY, number: 1, title: 'Theirs' });
    await sync.inSync(task);
    assert.deepEqual([issue(1).title, (await sync.task(task)).title], ['Theirs', 'Theirs']);
    assert.deepEqual(await sync.conflicts(task), [
      { field: 'title', ours: 'Ours', theirs: 'Theirs', outcome: 'theirs' },
    ]);
  }

  test('a newer title there wins, and ours is kept as a conflict', () => newerTitleWins(6));

  test('a newer title at GitHub wins after a wait of at most 5 s', () => newerTitleWins(2));

  test('an issue closed and labeled, then reopened and unlabeled, ends open and without the label', async () => {
    await follow('Waits');
    const fault = refuseWithWait(2);
    await sync.edit(task, { description: 'Ours' });
    await waitFor('the refusal', () => fault.hits > 0);
    sync.state.closeIssue({ repository: REPOSITORY, number: 1, reason: 'not_planned' });
    sync.state.labelIssue({ repository: REPOSITORY, number: 1, labels: ['bug'] });
    sync.state.reopenIssue({ repository: REPOSITORY, number: 1 });
    sync.state.unlabelIssue({ repository: REPOSITORY, number: 1, labels: ['bug'] });
    await sync.inSync(task);
    assert.deepEqual([issue(1).body, issue(1).state, issue(1).labels], ['Ours', 'open', []]);
    const { description, status, labels } = await sync.task(task);
    assert.deepEqual([description, status, labels], ['Ours', 'todo', []]);
  });

  test('the same with every event delivered ends open and without the label', async () => {
    await follow('Waits');
    sync.world.github.webhooks.drop = null;
    const fault = refuseWithWait(2);
    await sync.edit(task, { description: 'Ours' });
    await waitFor('the refusal', () => fault.hits > 0);
    sync.state.closeIssue({ repository: REPOSITORY, number: 1, reason: 'not_planned' });
    sync.state.labelIssue({ repository: REPOSITORY, number: 1, labels: ['bug'] });
    await sync.linkWhere(task, 'shown as closed', ({ state }) => state === 'closed');
    sync.state.reopenIssue({ repository: REPOSITORY, number: 1 });
    sync.state.unlabelIssue({ repository: REPOSITORY, number: 1, labels: ['bug'] });
    await sync.world.atRest();
    assert.deepEqual([issue(1).body, issue(1).state, issue(1).labels], ['Ours', 'open', []]);
    const { description, status, labels } = await sync.task(task);
    assert.deepEqual([description, status, labels], ['Ours', 'todo', []]);
  });
});

describe('an edit there between our read and our write, whose event arrives after our response', () => {
  beforeEach(async () => {
    sync = await RunningSync.start();
    await sync.world.receiveWebhooks();
    task = await sync.taskOf(sync.state.addIssue({ repository: REPOSITORY, title: 'First' }));
    await sync.world.atRest();
  });

  /** Delays our PATCH, edits the issue at GitHub in the meantime, and delivers the event of that edit after our response. */
  async function overlap({ apart }: { apart: boolean }): Promise<void> {
    await nextSecond();
    let release = (): void => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    const hold = sync.world.github.fault({ kind: 'delay', method: 'PATCH', path, until });
    await sync.edit(task, { title: 'Ours' });
    await waitFor('our write', () => hold.hits > 0);
    await nextSecond();
    sync.world.github.webhooks.pause();
    sync.state.editIssue({ repository: REPOSITORY, number: 1, title: 'Theirs' });
    if (apart) await nextSecond();
    release();
    await waitFor('the response', async () =>
      sync.world.github.requests.all().some(({ method, status }) => method === 'PATCH' && status === 200),
    );
    await sync.linkWhere(task, 'written', ({ sync_state }) => sync_state === 'in_sync');
    sync.world.github.webhooks.resume();
    await sync.world.atRest();
  }

  test('is newer than our edit: it wins on both sides, and ours is kept as a conflict', async () => {
    await overlap({ apart: true });
    assert.deepEqual([issue(1).title, (await sync.task(task)).title], ['Theirs', 'Theirs']);
    assert.deepEqual(await sync.conflicts(task), [
      { field: 'title', ours: 'Ours', theirs: 'Theirs', outcome: 'theirs' },
    ]);
  });

  test('is in the second of our response: both sides end equal, and the value that lost is kept', async () => {
    await overlap({ apart: false });
    const { title } = issue(1);
    assert.equal((await sync.task(task)).title, title);
    const conflicts = await sync.conflicts(task);
    assert.equal(conflicts.length, 1);
    assert.deepEqual([conflicts[0]?.ours, conflicts[0]?.theirs], ['Ours', 'Theirs']);
    assert.equal(conflicts[0]?.outcome === 'theirs' ? 'Theirs' : 'Ours', title);
    assert.equal(title, 'Theirs');
  });
});
