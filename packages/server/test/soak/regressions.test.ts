import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Action, plainWorld } from './actions.ts';
import { replay } from './schedule.ts';
import { createVirtualDatabase, type VirtualDatabase } from './virtual-database.ts';

let database: VirtualDatabase;
before(async () => {
  database = await createVirtualDatabase();
});
after(() => database.destroy());

/** Plays the actions, lets everything come to rest, and expects that all checks hold. */
async function holds(actions: readonly Action[], world = plainWorld): Promise<void> {
  const { findings } = await replay(database, { world, actions });
  assert.deepEqual(findings, []);
}

const linkedIssue: readonly Action[] = [
  { do: 'create issue', repository: 0, title: 'First' },
  { do: 'deliver', webhooks: [0] },
];
const refusedWrite: readonly Action[] = [
  { do: 'run', until: 'PATCH' },
  { do: 'answer', request: 0, how: { kind: 'status', status: 403, retryAfter: 7 } },
];

// Bug 1: the retry overwrote the newer edit without recording it.
test('an edit at GitHub that is first seen by the retry of a refused write is recorded', () =>
  holds([
    ...linkedIssue,
    { do: 'edit task', task: 0, fields: { title: 'Here' } },
    ...refusedWrite,
    { do: 'edit issue', issue: 0, edit: 'title', text: 'There' },
    { do: 'lose', webhook: 0 },
    { do: 'wait', ms: 8000 },
  ]));

// Bug 2: the return to a value of the refused write was taken for an echo of that write.
test('an issue that is closed and reopened while a write waits stays open', () =>
  holds([
    ...linkedIssue,
    { do: 'edit task', task: 0, fields: { description: 'Here' } },
    ...refusedWrite,
    { do: 'wait', ms: 1000 },
    { do: 'edit issue', issue: 0, edit: 'close', reason: 'completed' },
    { do: 'edit issue', issue: 0, edit: 'label', name: 'bug' },
    { do: 'deliver', webhooks: [0, 1] },
    { do: 'wait', ms: 1000 },
    { do: 'edit issue', issue: 0, edit: 'reopen' },
    { do: 'edit issue', issue: 0, edit: 'unlabel', name: 'bug' },
    { do: 'deliver', webhooks: [0, 1] },
    { do: 'wait', ms: 8000 },
  ]));

// Bug 3: the webhook of the edit was stale after the response to the write.
test('an edit at GitHub between our read and our write is recorded', () =>
  holds([
    ...linkedIssue,
    { do: 'wait', ms: 1000 },
    { do: 'edit task', task: 0, fields: { description: 'Here' } },
    { do: 'run', until: 'PATCH' },
    { do: 'edit issue', issue: 0, edit: 'body', text: 'There' },
    { do: 'wait', ms: 1000 },
    { do: 'answer', request: 0, how: { kind: 'ok' } },
    { do: 'deliver', webhooks: [0] },
  ]));

// Bug 4: nothing remembered the id of an item that was deleted before it was seen.
test('an issue whose deletion is heard of before its creation gets no task', () =>
  holds([
    { do: 'create issue', repository: 0, title: 'First' },
    { do: 'edit issue', issue: 0, edit: 'delete' },
    { do: 'deliver', webhooks: [1] },
    { do: 'deliver', webhooks: [0] },
  ]));

// Bug 5: nothing remembered the former identity of a transferred item.
test('a late event of the former identity of a transferred issue makes no second task', () =>
  holds([
    ...linkedIssue,
    { do: 'edit issue', issue: 0, edit: 'title', text: 'There' },
    { do: 'wait', ms: 1000 },
    { do: 'edit issue', issue: 0, edit: 'transfer', to: 1 },
    { do: 'deliver', webhooks: [1] },
    { do: 'deliver', webhooks: [1] },
    { do: 'deliver', webhooks: [0] },
  ]));

// As bug 2, for the remembered fields of a create whose response was lost.
test('an issue of ours that is closed and reopened before we know of it stays open', () =>
  holds([
    { do: 'create task', title: 'Ours' },
    { do: 'request issue', task: 0, repository: 0 },
    { do: 'run', until: 'POST' },
    { do: 'answer', request: 0, how: { kind: 'reset_after' } },
    { do: 'lose', webhook: 0 },
    { do: 'edit issue', issue: 0, edit: 'close', reason: 'completed' },
    { do: 'edit issue', issue: 0, edit: 'reopen' },
  ]));

// The second hop of a redirect went out without passing the credential's gate.
test('no request goes out during a wait, not even one that follows a redirect', () =>
  holds([
    ...linkedIssue,
    { do: 'edit task', task: 0, fields: { description: 'Here' } },
    { do: 'start', work: 'poll' },
    { do: 'edit issue', issue: 0, edit: 'transfer', to: 1 },
    { do: 'start', work: 'outbox' },
    { do: 'answer', request: 0, how: { kind: 'status', status: 429, retryAfter: 60 } },
    { do: 'answer', request: 0, how: { kind: 'ok' } },
  ]));

// The poller began at our time of day, which the times of GitHub's issues had not reached.
test('a new issue is polled where the clock of GitHub is an hour behind', () =>
  holds([{ do: 'create issue', repository: 0, title: 'First' }], {
    ...plainWorld,
    webhooks: false,
    skewMs: -3_600_000,
  }));

// The link of the duplicate task was removed and then queued, which the database refused; the webhooks failed with it.
test('webhooks of a transferred issue whose duplicate task was edited are processed', () =>
  holds([
    { do: 'create issue', repository: 0, title: 'First' },
    { do: 'create issue', repository: 1, title: 'Second' },
    { do: 'deliver', webhooks: [0, 1] },
    { do: 'create task', title: 'Third' },
    { do: 'request issue', task: 2, repository: 0 },
    { do: 'edit issue', issue: 1, edit: 'assign', login: 'hubot' },
    { do: 'edit issue', issue: 0, edit: 'close', reason: 'completed' },
    { do: 'run', until: 'PATCH' },
    { do: 'edit issue', issue: 0, edit: 'transfer', to: 1 },
    { do: 'deliver', webhooks: [0, 4] },
    { do: 'wait', ms: 8000 },
    { do: 'edit task', task: 3, fields: { title: 'Here 25' } },
    { do: 'edit issue', issue: 0, edit: 'reopen' },
    { do: 'edit issue', issue: 0, edit: 'close', reason: 'not_planned' },
    { do: 'deliver', webhooks: [1] },
    { do: 'deliver', webhooks: [0] },
    { do: 'deliver', webhooks: [2, 0] },
  ]));

// The id was given to the row of the former name although another row had it: the database refused it, and the delivery failed.
test('a rename that is heard of after an event under the new name joins both to one repository', () =>
  holds(
    [
      { do: 'create issue', repository: 0, title: 'First' },
      { do: 'create issue', repository: 1, title: 'Second' },
      { do: 'edit repository', repository: 1, edit: 'rename' },
      { do: 'edit repository', repository: 1, edit: 'disable issues' },
      { do: 'deliver', webhooks: [0, 6, 0] },
    ],
    { ...plainWorld, integrations: 'two projects' },
  ));

// A read stored the new name before the id of its repository was known there; the row with the id took the name and left the link behind.
test('an item that moved to a repository under its new name is written to when the id of that name is known', () =>
  holds(
    [
      { do: 'create issue', repository: 0, title: 'First' },
      { do: 'create issue', repository: 1, title: 'Second' },
      { do: 'deliver', webhooks: [0, 1] },
      { do: 'create task', title: 'Third' },
      { do: 'edit issue', issue: 1, edit: 'transfer', to: 0 },
      { do: 'deliver', webhooks: [11, 0, 14] },
      { do: 'edit repository', repository: 0, edit: 'rename' },
      { do: 'edit task', task: 2, fields: { labels: ['Docs'] } },
      { do: 'run', until: 'PATCH' },
    ],
    { skewMs: -1500, webhooks: true, integrations: 'overlap' },
  ));

// Only a response made a write one that could have overwritten an edit, and the process died before it.
test('an edit at GitHub that a write overwrote is recorded although the process died before the response', () =>
  holds([
    { do: 'create issue', repository: 0, title: 'First' },
    { do: 'deliver', webhooks: [0, 1] },
    { do: 'edit task', task: 0, fields: { description: 'Text here 2' } },
    { do: 'run', until: 'PATCH' },
    { do: 'edit issue', issue: 0, edit: 'body', text: 'Text there 11' },
    { do: 'crash', request: 0, carriedOut: true },
  ]));

// The event of the deletion brought the name back to the deleted repository, and the check of its access had no end.
test('late events of a deleted repository take no name from the one that was created under it', () =>
  holds(
    [
      { do: 'create issue', repository: 1, title: 'Second' },
      { do: 'deliver', webhooks: [0, 1] },
      { do: 'create task', title: 'Third' },
      { do: 'request issue', task: 2, repository: 0 },
      { do: 'edit repository', repository: 0, edit: 'rename' },
      { do: 'run', until: 'PATCH' },
      { do: 'edit issue', issue: 0, edit: 'transfer', to: 0 },
      { do: 'wait', ms: 8000 },
      { do: 'edit repository', repository: 1, edit: 'recreate' },
      { do: 'edit task', task: 4, fields: { priority: 'high' } },
      { do: 'deliver', webhooks: [0, 10, 8] },
      { do: 'answer', request: 0, how: { kind: 'ok' } },
      { do: 'start', work: 'poll' },
    ],
    { ...plainWorld, integrations: 'two projects' },
  ));

/** The request that creates an issue is sent, and carried out in another repository that has taken the name meanwhile. */
const createInRecreatedRepository: readonly Action[] = [
  { do: 'create task', title: 'Ours' },
  { do: 'request issue', task: 0, repository: 0 },
  { do: 'run', until: 'POST' },
  { do: 'edit repository', repository: 0, edit: 'recreate' },
];

// The response knows the repository by name alone, so that the deletion of the former repository deleted the link.
test('an issue that was created in a recreated repository survives the event that the former one was deleted', () =>
  holds([...createInRecreatedRepository, { do: 'run' }, { do: 'deliver', webhooks: [0] }]));

test('edits of a task go to its issue in a recreated repository once the events of both repositories have arrived', () =>
  holds([
    ...createInRecreatedRepository,
    { do: 'run' },
    { do: 'deliver', webhooks: [0] },
    { do: 'edit task', task: 0, fields: { title: 'Here' } },
    { do: 'wait', ms: 1000 },
    { do: 'edit issue', issue: 0, edit: 'label', name: 'bug' },
  ]));

test('an issue that was created in a recreated repository is found by the poll of that repository', () =>
  holds(
    [
      ...createInRecreatedRepository,
      { do: 'run' },
      { do: 'create issue', repository: 0, title: 'Second' },
      { do: 'start', work: 'poll' },
      { do: 'edit task', task: 0, fields: { title: 'Here' } },
    ],
    { ...plainWorld, webhooks: false },
  ));

test('an issue that was created in a recreated repository and deleted there stays deleted after a late event', () =>
  holds([
    ...createInRecreatedRepository,
    { do: 'run' },
    { do: 'edit issue', issue: 0, edit: 'delete' },
    { do: 'deliver', webhooks: [0] },
    { do: 'deliver', webhooks: [1] },
  ]));

// No integration names the repository, and nobody has said what it is called: the oracle asked for a task.
test('the issues of a repository of which nobody has heard need no tasks', () =>
  holds(
    [
      { do: 'edit repository', repository: 1, edit: 'rename' },
      { do: 'edit repository', repository: 1, edit: 'recreate' },
      { do: 'create issue', repository: 1, title: 'First' },
    ],
    { ...plainWorld, webhooks: false },
  ));

/** An issue moves to a repository that is deleted and created again. The event of the deletion arrives before that of the move. */
const moveIntoDeletedRepository: readonly Action[] = [
  { do: 'create issue', repository: 0, title: 'First' },
  { do: 'create issue', repository: 1, title: 'Second' },
  { do: 'deliver', webhooks: [0, 1] },
  { do: 'edit issue', issue: 1, edit: 'transfer', to: 0 },
  { do: 'edit issue', issue: 1, edit: 'title', text: 'There' },
  { do: 'edit repository', repository: 0, edit: 'recreate' },
  { do: 'deliver', webhooks: [3] },
];

// The link stayed in sync, and the item was read again and again in a repository that refuses everything.
test('an issue that moved to a repository whose deletion is heard of first is deleted with it', () =>
  holds(moveIntoDeletedRepository));

// The event of the move names the deleted repository, which took its name back from the new one.
test('a recreated repository is polled although a late event of a move names the former one', () =>
  holds([
    ...moveIntoDeletedRepository,
    { do: 'deliver', webhooks: [0, 1, 2] },
    { do: 'create issue', repository: 0, title: 'Third' },
    { do: 'lose', webhook: 0 },
  ]));

// The link of the first place moved to the place in between, although the item was known to have left it.
test('an issue that was transferred twice keeps its task when the events of the second transfer come first', () =>
  holds([
    { do: 'create issue', repository: 1, title: 'First' },
    { do: 'deliver', webhooks: [0] },
    { do: 'edit issue', issue: 0, edit: 'transfer', to: 0 },
    { do: 'edit issue', issue: 0, edit: 'transfer', to: 1 },
    { do: 'deliver', webhooks: [2, 3] },
    { do: 'deliver', webhooks: [0] },
  ]));

// The configuration kept the former name, because the new name belonged to another repository by the end of the batch.
test('a configuration follows a rename that is heard of together with a new repository of that name', () =>
  holds([
    ...linkedIssue,
    { do: 'edit repository', repository: 1, edit: 'rename' },
    { do: 'edit repository', repository: 1, edit: 'recreate' },
    { do: 'edit task', task: 0, fields: { labels: ['bug'] } },
    { do: 'edit issue', issue: 0, edit: 'transfer', to: 1 },
  ]));

// The checks knew the edit only as one of a task that had nothing to do with the issue in the end.
test('an edit of the duplicate task of a transferred issue holds although the issue goes on with its first task', () =>
  holds([
    { do: 'create issue', repository: 1, title: 'First' },
    { do: 'deliver', webhooks: [0] },
    { do: 'edit issue', issue: 0, edit: 'transfer', to: 0 },
    { do: 'request import', repository: 0 },
    { do: 'run' },
    { do: 'edit task', task: 1, fields: { title: 'Here' } },
    { do: 'run' },
  ]));

// A late event asked for a check of the deleted repository, and nothing ended the check: it was repeated every minute.
test('a deleted repository is not checked for good when one of its earlier events arrives late', () =>
  holds([
    ...linkedIssue,
    { do: 'edit repository', repository: 1, edit: 'archive' },
    { do: 'edit repository', repository: 1, edit: 'recreate' },
    { do: 'deliver', webhooks: [1] },
  ]));

// Both names were one repository: the task has its issue there, and the check of the former name had no end.
test('a task gets no second issue in a repository that was named in the request by its new name', () =>
  holds(
    [
      { do: 'create issue', repository: 0, title: 'First' },
      { do: 'create issue', repository: 1, title: 'Second' },
      { do: 'deliver', webhooks: [0, 1] },
      { do: 'edit repository', repository: 0, edit: 'rename' },
      { do: 'request issue', task: 1, repository: 0 },
      { do: 'edit repository', repository: 0, edit: 'disable issues' },
      { do: 'run', until: 'POST|DELETE|PUT' },
    ],
    { skewMs: 3_600_000, webhooks: true, integrations: 'two projects' },
  ));

// The response was thrown away with the intent, and the marker is signed for the repository that the create was planned for.
test('an issue that is created in another repository while its task is deleted makes no task', () =>
  holds(
    [
      { do: 'create task', title: 'Third' },
      { do: 'request issue', task: 0, repository: 1 },
      { do: 'run', until: 'POST|DELETE|PUT' },
      { do: 'edit repository', repository: 1, edit: 'recreate' },
      { do: 'delete task', task: 0 },
      { do: 'edit repository', repository: 1, edit: 'rename' },
    ],
    { skewMs: 3_600_000, webhooks: false, integrations: 'overlap' },
  ));

// The checks expected an edit of an issue that was deleted with its repository before anybody read it.
test('the last edit of an issue that was deleted unread says nothing about another issue of its task', () =>
  holds(
    [
      { do: 'create issue', repository: 0, title: 'First' },
      { do: 'start', work: 'poll' },
      { do: 'wait', ms: 2500 },
      { do: 'run', until: 'POST|DELETE|PUT' },
      { do: 'request issue', task: 0, repository: 1 },
      { do: 'wait', ms: 8000 },
      { do: 'edit issue', issue: 0, edit: 'body', text: 'Text there 50' },
      { do: 'start', work: 'outbox' },
      { do: 'edit repository', repository: 0, edit: 'recreate' },
    ],
    { ...plainWorld, webhooks: false },
  ));

// The duplicate task was removed although a person had just requested an issue for it, which left a create without a task.
test('the duplicate task of a transferred issue stays when an issue was requested for it', () =>
  holds([
    { do: 'create issue', repository: 1, title: 'Second' },
    { do: 'deliver', webhooks: [0] },
    { do: 'edit issue', issue: 0, edit: 'transfer', to: 0 },
    { do: 'request import', repository: 0 },
    { do: 'run' },
    { do: 'request issue', task: 1, repository: 1 },
  ]));

// The checks looked for the other item of the task only where it was last.
test('an issue that came to a repository where its task had another issue has a task of its own', () =>
  holds(
    [
      { do: 'create issue', repository: 0, title: 'First' },
      { do: 'create issue', repository: 1, title: 'Second' },
      { do: 'deliver', webhooks: [0, 1] },
      { do: 'start', work: 'outbox' },
      { do: 'lose', webhook: 2 },
      { do: 'request issue', task: 0, repository: 1 },
      { do: 'run', until: 'POST|DELETE|PUT' },
      { do: 'deliver', webhooks: [0] },
      { do: 'answer', request: 0, how: { kind: 'ok' } },
      { do: 'edit issue', issue: 2, edit: 'transfer', to: 0 },
      { do: 'edit issue', issue: 0, edit: 'transfer', to: 1 },
      { do: 'edit issue', issue: 0, edit: 'delete' },
    ],
    { skewMs: -3_600_000, webhooks: true, integrations: 'overlap' },
  ));

// The former place redirected the read to the new one, where issues were disabled: the link had moved there and was taken for deleted.
test('an issue that arrives in a repository without issues while its former place is read keeps its task', () =>
  holds([
    ...linkedIssue,
    { do: 'edit task', task: 0, fields: { title: 'Here' } },
    { do: 'edit issue', issue: 0, edit: 'transfer', to: 1 },
    { do: 'edit repository', repository: 1, edit: 'disable issues' },
    { do: 'start', work: 'outbox' },
    { do: 'deliver', webhooks: [0, 1] },
    { do: 'run' },
  ]));

test('an issue that arrives in a repository without issues while it is read after an edit there keeps its task', () =>
  holds([
    ...linkedIssue,
    { do: 'edit issue', issue: 0, edit: 'title', text: 'There' },
    { do: 'deliver', webhooks: [0] },
    { do: 'edit issue', issue: 0, edit: 'transfer', to: 1 },
    { do: 'edit repository', repository: 1, edit: 'disable issues' },
    { do: 'start', work: 'refetch' },
    { do: 'deliver', webhooks: [0, 1] },
    { do: 'run' },
  ]));

/** An issue that has an edit to get moves to a repository that refuses reads, and its task hears of it by `opened` alone. */
const readAfterUnnoticedMove = (edit: 'disable issues' | 'hide'): readonly Action[] => [
  ...linkedIssue,
  { do: 'edit task', task: 0, fields: { title: 'Here' } },
  { do: 'edit issue', issue: 0, edit: 'transfer', to: 1 },
  { do: 'edit repository', repository: 1, edit },
  { do: 'run' },
  { do: 'lose', webhook: 0 },
];

// The 410 of the new repository, to which the read was redirected, was taken for that of a deleted issue.
test('an issue that moved to a repository without issues gets the edit of its task once issues are enabled there', () =>
  holds(readAfterUnnoticedMove('disable issues')));

// The issue was not found, and became another task when it was seen at its new place, although the event names the former place.
test('an issue that moved out of sight keeps its task when it is opened at its new place', () =>
  holds(readAfterUnnoticedMove('hide')));

/** A task follows an issue in each repository, and one of these issues moves to the repository of the other. */
const moveToOtherIssue: readonly Action[] = [
  ...linkedIssue,
  { do: 'request issue', task: 0, repository: 1 },
  { do: 'run' },
  { do: 'deliver', webhooks: [0] },
  { do: 'edit issue', issue: 0, edit: 'transfer', to: 1 },
];
/** The next poll of each repository lists only what has changed since. */
const pollBoth: readonly Action[] = [
  { do: 'wait', ms: 1_200_000 },
  { do: 'start', work: 'poll' },
  { do: 'start', work: 'poll' },
  { do: 'run' },
];

// The event of the move removed the task that the poll had made, and then did not move the link of the first task.
test('an issue that moved to a repository where its task has another issue keeps the task that a poll made there', () =>
  holds([...moveToOtherIssue, ...pollBoth, { do: 'run' }, ...pollBoth]));

test('an issue that moves back from a repository where its task has another issue has one task', () =>
  holds([
    ...moveToOtherIssue,
    ...pollBoth,
    { do: 'edit issue', issue: 0, edit: 'transfer', to: 0 },
    { do: 'deliver', webhooks: [2] },
    ...pollBoth,
    { do: 'deliver', webhooks: [2, 0] },
  ]));

// The priority of the task became that of its new issue, which had got no label.
test('a task keeps its priority when its issue is created by an account that may not set labels', () =>
  holds([
    { do: 'create task', title: 'Third' },
    { do: 'edit task', task: 0, fields: { priority: 'high' } },
    { do: 'request issue', task: 0, repository: 0 },
    { do: 'run', until: 'POST' },
    { do: 'edit repository', repository: 0, edit: 'readonly' },
    { do: 'answer', request: 0, how: { kind: 'ok' } },
  ]));

// An event of the same second stood in for the item that could not be read, and the echo of the write then counted as our own removal.
test('a label whose response was lost stays when GitHub cannot be asked about an older event', () =>
  holds(
    [
      { do: 'create issue', repository: 0, title: 'First' },
      { do: 'create issue', repository: 1, title: 'Second' },
      { do: 'deliver', webhooks: [0, 1] },
      { do: 'create task', title: 'Third' },
      { do: 'request issue', task: 2, repository: 0 },
      { do: 'run', until: 'PATCH' },
      { do: 'deliver', webhooks: [1, 0, 1] },
      { do: 'start', work: 'poll' },
      { do: 'create issue', repository: 0, title: 'There 10' },
      { do: 'lose', webhook: 1 },
      { do: 'run', until: 'POST|PATCH' },
      { do: 'edit task', task: 5, fields: { labels: ['ui'] } },
      { do: 'edit task', task: 2, fields: { assignees: ['octocat', 'hubot'] } },
      { do: 'start', work: 'outbox' },
      { do: 'answer', request: 0, how: { kind: 'ok' } },
      { do: 'answer', request: 0, how: { kind: 'reset_after' } },
      { do: 'wait', ms: 8000 },
      { do: 'run', until: 'POST|PATCH' },
      { do: 'outage', how: { kind: 'refused' } },
      { do: 'deliver', webhooks: [0] },
      { do: 'deliver', webhooks: [0] },
      { do: 'run' },
    ],
    { skewMs: 1500, webhooks: true, integrations: 'two projects' },
  ));

// The first event of the new repository began its polls a minute before it, although the configuration named the repository before.
test('an older issue of a recreated repository whose events were lost gets its task from a poll', () =>
  holds(
    [
      { do: 'create issue', repository: 0, title: 'First' },
      { do: 'create issue', repository: 1, title: 'Second' },
      { do: 'deliver', webhooks: [0, 1] },
      { do: 'edit task', task: 2, fields: { priority: 'high' } },
      { do: 'create issue', repository: 0, title: 'There 8' },
      { do: 'create issue', repository: 0, title: 'There 15' },
      { do: 'wait', ms: 65000 },
      { do: 'deliver', webhooks: [0, 4] },
      { do: 'edit issue', issue: 1, edit: 'transfer', to: 1 },
      { do: 'deliver', webhooks: [0, 5, 3, 0] },
      { do: 'edit repository', repository: 0, edit: 'recreate' },
      { do: 'edit repository', repository: 1, edit: 'recreate' },
      { do: 'create issue', repository: 1, title: 'There 55' },
      { do: 'create issue', repository: 0, title: 'There 56' },
      { do: 'lose', webhook: 9 },
      { do: 'wait', ms: 65000 },
      { do: 'edit issue', issue: 4, edit: 'transfer', to: 0 },
    ],
    { ...plainWorld, integrations: 'two projects' },
  ));

// The first event brought the overwritten value back, and the second one, which took it away again, changed nothing.
test('a label that was put on and taken off at GitHub while our priority was sent does not come back', () =>
  holds([
    { do: 'create issue', repository: 1, title: 'Second' },
    { do: 'deliver', webhooks: [0, 1] },
    { do: 'wait', ms: 2500 },
    { do: 'edit task', task: 0, fields: { priority: 'low' } },
    { do: 'run', until: 'POST|PATCH' },
    { do: 'edit issue', issue: 0, edit: 'label', name: 'urgent' },
    { do: 'edit issue', issue: 0, edit: 'unlabel', name: 'urgent' },
  ]));

// The failed check of the repository made the server forget that the create had been sent, and which values it had.
test('an edit made while the response to a create is lost stays after the check of its repository failed', () =>
  holds(
    [
      { do: 'deliver', webhooks: [0, 1] },
      { do: 'create task', title: 'Third' },
      { do: 'edit task', task: 0, fields: { priority: 'high' } },
      { do: 'request issue', task: 0, repository: 1 },
      { do: 'run', until: 'POST|DELETE|PUT' },
      { do: 'answer', request: 0, how: { kind: 'reset_after' } },
      { do: 'request import', repository: 1 },
      { do: 'edit issue', issue: 0, edit: 'unlabel', name: 'priority: low' },
      { do: 'run' },
      { do: 'edit task', task: 0, fields: { description: 'Text here 22' } },
      { do: 'wait', ms: 8000 },
      { do: 'answer', request: 0, how: { kind: 'status', status: 429, retryAfter: 60 } },
    ],
    { skewMs: -3_600_000, webhooks: false, integrations: 'two projects' },
  ));

// A false alarm: no client can prevent that its request arrives at what has taken the address meanwhile.
test('a write that is on its way while its repository is created again may reach the new issue', () =>
  holds(
    [
      { do: 'create issue', repository: 0, title: 'First' },
      { do: 'deliver', webhooks: [0, 1] },
      { do: 'edit task', task: 0, fields: { assignees: ['hubot'] } },
      { do: 'run', until: 'POST|PATCH' },
      { do: 'edit repository', repository: 0, edit: 'recreate' },
      { do: 'create issue', repository: 0, title: 'There 15' },
    ],
    { skewMs: 0, webhooks: true, integrations: 'overlap' },
  ));

// The issue that the worker found by its marker was taken for the response to the create, so that its status counted as dropped.
test('an issue that is closed while the response to its create is lost stays closed', () =>
  holds(
    [
      { do: 'create issue', repository: 0, title: 'First' },
      { do: 'create issue', repository: 1, title: 'Second' },
      { do: 'deliver', webhooks: [0, 1] },
      { do: 'create task', title: 'Third' },
      { do: 'request issue', task: 2, repository: 0 },
      { do: 'start', work: 'outbox' },
      { do: 'answer', request: 0, how: { kind: 'ok' } },
      { do: 'answer', request: 0, how: { kind: 'ok' } },
      { do: 'create issue', repository: 0, title: 'There 12' },
      { do: 'crash', request: 0, carriedOut: true },
      { do: 'edit issue', issue: 3, edit: 'close', reason: 'not_planned' },
      { do: 'wait', ms: 8000 },
      { do: 'wait', ms: 8000 },
      { do: 'start', work: 'outbox' },
    ],
    { ...plainWorld, skewMs: 3_600_000 },
  ));

// For the same reason the title of the task replaced that of the issue without a conflict.
test('a title that both sides edit while the response to a create is lost is a conflict', () =>
  holds([
    { do: 'create task', title: 'Third' },
    { do: 'request issue', task: 0, repository: 0 },
    { do: 'run', until: 'POST' },
    { do: 'answer', request: 0, how: { kind: 'reset_after' } },
    { do: 'edit task', task: 0, fields: { title: 'Here' } },
    { do: 'wait', ms: 8000 },
    { do: 'edit issue', issue: 0, edit: 'title', text: 'There' },
    { do: 'run' },
  ]));

// Only the response to the create was known to lack it, and the event took the priority away from the task.
test('a task keeps a priority that its issue could not get when an event shows the issue before the response', () =>
  holds([
    { do: 'create task', title: 'Third' },
    { do: 'edit task', task: 0, fields: { priority: 'high' } },
    { do: 'request issue', task: 0, repository: 0 },
    { do: 'run', until: 'POST' },
    { do: 'edit repository', repository: 0, edit: 'readonly' },
    { do: 'answer', request: 0, how: { kind: 'reset_after' } },
    { do: 'deliver', webhooks: [0] },
  ]));

// The event of our own label showed the other one beside it, and the other one came back as an edit that our write had overwritten.
test('a label that is put on before our priority and taken off after it, all in one second, does not come back', () =>
  holds([
    { do: 'create issue', repository: 0, title: 'First' },
    { do: 'deliver', webhooks: [0] },
    { do: 'wait', ms: 2500 },
    { do: 'edit task', task: 0, fields: { priority: 'low' } },
    { do: 'run', until: 'POST|PATCH' },
    { do: 'edit issue', issue: 0, edit: 'label', name: 'urgent' },
    { do: 'answer', request: 0, how: { kind: 'ok' } },
    { do: 'edit issue', issue: 0, edit: 'unlabel', name: 'urgent' },
  ]));

// Our write removed the two labels one after the other, and the event in between showed the lower one alone.
test('an issue with a label for high and one for low gets the priority medium from its task', () =>
  holds([
    ...linkedIssue,
    { do: 'wait', ms: 1000 },
    { do: 'edit issue', issue: 0, edit: 'label', name: 'urgent' },
    { do: 'edit issue', issue: 0, edit: 'label', name: 'priority: low' },
    { do: 'deliver', webhooks: [0, 1, 2, 3] },
    { do: 'run' },
    { do: 'wait', ms: 2000 },
    { do: 'edit task', task: 0, fields: { priority: 'medium' } },
  ]));

const manualWorld = { ...plainWorld, policy: 'manual' } as const;
/** The task and its issue get different titles before the issue is written: a conflict that nobody has decided. */
const openConflict: readonly Action[] = [
  ...linkedIssue,
  { do: 'edit task', task: 0, fields: { title: 'Here' } },
  { do: 'edit issue', issue: 0, edit: 'title', text: 'There' },
  { do: 'deliver', webhooks: [0] },
];
/** The same, but our title is on its way before the conflict is known, and replaces that of the issue. */
const overtakenConflict: readonly Action[] = [
  ...linkedIssue,
  { do: 'edit task', task: 0, fields: { title: 'Here' } },
  { do: 'run', until: 'PATCH' },
  { do: 'wait', ms: 1000 },
  { do: 'edit issue', issue: 0, edit: 'title', text: 'There' },
  { do: 'deliver', webhooks: [0] },
  { do: 'wait', ms: 1000 },
  { do: 'answer', request: 0, how: { kind: 'ok' } },
];
/** The event of the issue's title comes after the response to our write. */
const lateEvents = (...titles: string[]): readonly Action[] => [
  ...linkedIssue,
  { do: 'wait', ms: 1000 },
  { do: 'edit task', task: 0, fields: { title: 'Here' } },
  { do: 'run', until: 'PATCH' },
  ...titles.flatMap((text): Action[] => [
    { do: 'edit issue', issue: 0, edit: 'title', text },
    { do: 'wait', ms: 1000 },
  ]),
  { do: 'answer', request: 0, how: { kind: 'ok' } },
];

// The decision was stored, and the field of the link that was not followed any more stayed frozen.
test('a conflict is decided after its issue was deleted', () =>
  holds([...openConflict, { do: 'edit issue', issue: 0, edit: 'delete' }], manualWorld));

// The task was compared with the title that our write had given the issue, not with the title in the conflict.
test('a conflict ends when the task gets the title that a write from here had replaced', () =>
  holds([...overtakenConflict, { do: 'edit task', task: 0, fields: { title: 'There' } }], manualWorld));

// The title was in no record once the conflict showed the next one.
const replacedTitle: readonly (readonly [string, readonly Action[]])[] = [
  ['before', overtakenConflict],
  ['after', [...lateEvents('There'), { do: 'deliver', webhooks: [0] }]],
];
for (const [when, replaced] of replacedTitle)
  test(`a title at GitHub that is known ${when} a write from here replaces it is kept when the conflict shows the next`, () =>
    holds([...replaced, { do: 'edit issue', issue: 0, edit: 'title', text: 'There later' }], manualWorld));

// The conflict showed the title that had been written.
test('a conflict that a late event opens shows the present title of the task', () =>
  holds(
    [
      ...lateEvents('There'),
      { do: 'edit task', task: 0, fields: { title: 'Here later' } },
      { do: 'deliver', webhooks: [0] },
    ],
    manualWorld,
  ));

// The second title became a decided conflict of its own.
test('the second of two late events is shown in the conflict that the first one opened', () =>
  holds(
    [...lateEvents('There', 'There later'), { do: 'deliver', webhooks: [0] }, { do: 'deliver', webhooks: [0] }],
    manualWorld,
  ));

test('the first of two late events is not shown in the conflict when it comes second', () =>
  holds(
    [...lateEvents('There', 'There later'), { do: 'deliver', webhooks: [1] }, { do: 'deliver', webhooks: [0] }],
    manualWorld,
  ));

// The late title became an open conflict with one that neither side had any more.
test('a late event opens no conflict when the issue has been edited since', () =>
  holds(
    [
      ...lateEvents('There'),
      { do: 'wait', ms: 1000 },
      { do: 'edit issue', issue: 0, edit: 'title', text: 'There later' },
      { do: 'deliver', webhooks: [2] },
      { do: 'deliver', webhooks: [0] },
    ],
    manualWorld,
  ));

// Only links that are followed were looked at.
test('the conflict about a deleted issue shows the title that the task gets from its other issue', () =>
  holds(
    [
      ...linkedIssue,
      { do: 'request issue', task: 0, repository: 1 },
      { do: 'run' },
      { do: 'edit task', task: 0, fields: { title: 'Here' } },
      { do: 'edit issue', issue: 0, edit: 'title', text: 'There' },
      { do: 'deliver', webhooks: [1] },
      { do: 'run' },
      { do: 'edit issue', issue: 0, edit: 'delete' },
      { do: 'edit issue', issue: 1, edit: 'title', text: 'Elsewhere' },
    ],
    manualWorld,
  ));

/** The duplicate task of a transferred issue is edited, and the issue once more before the transfer is known. */
const editedDuplicate: readonly Action[] = [
  ...linkedIssue,
  { do: 'edit issue', issue: 0, edit: 'transfer', to: 1 },
  { do: 'edit issue', issue: 0, edit: 'title', text: 'There' },
  { do: 'deliver', webhooks: [2] },
  { do: 'edit task', task: 1, fields: { title: 'Here' } },
  { do: 'wait', ms: 1000 },
  { do: 'edit issue', issue: 0, edit: 'title', text: 'There later' },
];

// The conflict stayed open without a link, so that its values were never brought up to date.
test('a conflict of the duplicate task of a transferred issue ends with the link of that task', () =>
  holds([...editedDuplicate, { do: 'deliver', webhooks: [2] }], manualWorld));

// The conflict could not be stored, because the same batch removed the link.
for (const policy of ['newest', 'manual'] as const)
  test(`a conflict of a duplicate task under the policy ${policy} is stored when its link is removed in the same batch`, () =>
    holds([...editedDuplicate, { do: 'deliver', webhooks: [2, 0] }], { ...plainWorld, policy }));

/** Both sides are edited while a write is on its way, which is carried out without a response. */
const lostWrite = (edits: readonly Action[]): readonly Action[] => [
  ...linkedIssue,
  { do: 'wait', ms: 1000 },
  { do: 'edit task', task: 0, fields: { title: 'Here', status: 'done' } },
  { do: 'run', until: 'PATCH' },
  { do: 'wait', ms: 1000 },
  { do: 'edit issue', issue: 0, edit: 'title', text: 'There' },
  { do: 'edit issue', issue: 0, edit: 'close', reason: 'not_planned' },
  { do: 'deliver', webhooks: [0, 1] },
  { do: 'wait', ms: 1000 },
  ...edits,
  { do: 'crash', request: 0, carriedOut: true },
];

// The echo of our write counted as an edit of somebody else, because the issue had had another value in between.
test('an edit here stays when an older write from here arrives after an edit at GitHub', () =>
  holds(lostWrite([{ do: 'edit task', task: 0, fields: { title: 'Here later', status: 'in_progress' } }])));

test('a decision stays when an older write from here arrives', () =>
  holds(
    lostWrite([
      { do: 'decide', conflict: 0, take: 'theirs' },
      { do: 'decide', conflict: 1, take: 'theirs' },
    ]),
    manualWorld,
  ));

// A false alarm: the title of the same second as the one that was read may be the newer one, so a person has to tell.
test('a conflict may show a title at GitHub of the same second as the last one', () =>
  holds(
    [
      { do: 'create issue', repository: 0, title: 'First' },
      { do: 'create issue', repository: 1, title: 'Second' },
      { do: 'deliver', webhooks: [0, 1] },
      { do: 'create task', title: 'Third' },
      { do: 'edit issue', issue: 1, edit: 'title', text: 'There 5' },
      { do: 'edit issue', issue: 1, edit: 'close', reason: 'completed' },
      { do: 'deliver', webhooks: [4, 4] },
      { do: 'edit task', task: 2, fields: { title: 'Here 17' } },
      { do: 'run', until: 'POST|DELETE|PUT' },
    ],
    { skewMs: -1500, webhooks: true, integrations: 'overlap', policy: 'manual' },
  ));

// The `opened` event of the same second, which had not been verified yet, took the label back when the issue was deleted.
test('a label that was sent stays when the issue is deleted before an event of the same second was verified', () =>
  holds([
    { do: 'create issue', repository: 0, title: 'First' },
    { do: 'create issue', repository: 1, title: 'Second' },
    { do: 'deliver', webhooks: [0, 1] },
    { do: 'create task', title: 'Third' },
    { do: 'request issue', task: 2, repository: 0 },
    { do: 'run', until: 'POST|PATCH' },
    { do: 'edit task', task: 2, fields: { labels: ['Docs'] } },
    { do: 'run' },
    { do: 'edit issue', issue: 2, edit: 'delete' },
    { do: 'request issue', task: 2, repository: 1 },
  ]));

// The label that remained for a moment counted as the edit of a person: the labels are removed in the order that avoids it.
test('labels of two priorities that a write from here removes one by one open no conflict', () =>
  holds(
    [
      { do: 'create issue', repository: 1, title: 'Second' },
      { do: 'deliver', webhooks: [0, 1] },
      { do: 'edit task', task: 0, fields: { priority: 'high' } },
      { do: 'run' },
      { do: 'edit issue', issue: 0, edit: 'label', name: 'priority: low' },
      { do: 'edit task', task: 0, fields: { priority: 'medium' } },
    ],
    { skewMs: -1500, webhooks: true, integrations: 'overlap', policy: 'manual' },
  ));

// A false alarm: the webhook that showed the description belonged to the other project.
test('a project whose own webhook was lost cannot record an edit that its write has replaced', () =>
  holds(
    [
      { do: 'create issue', repository: 1, title: 'Second' },
      { do: 'deliver', webhooks: [0, 1] },
      { do: 'create task', title: 'Third' },
      { do: 'request issue', task: 2, repository: 0 },
      { do: 'edit task', task: 2, fields: { priority: 'high' } },
      { do: 'run' },
      { do: 'edit issue', issue: 1, edit: 'label', name: 'priority: low' },
      { do: 'lose', webhook: 2 },
      { do: 'lose', webhook: 6 },
      { do: 'edit task', task: 0, fields: { description: 'Text here 17' } },
      { do: 'start', work: 'outbox' },
      { do: 'answer', request: 0, how: { kind: 'ok' } },
      { do: 'edit issue', issue: 0, edit: 'body', text: 'Text there 21' },
      { do: 'lose', webhook: 8 },
    ],
    { skewMs: -3_600_000, webhooks: true, integrations: 'two projects', policy: 'remote' },
  ));

// A false alarm: the description that is there until a person decides was nobody's last one.
test('the task of another project has what an issue shows while its conflict is open', () =>
  holds(
    [
      { do: 'create issue', repository: 1, title: 'Second' },
      { do: 'deliver', webhooks: [0, 1] },
      { do: 'create task', title: 'Third' },
      { do: 'request issue', task: 2, repository: 0 },
      { do: 'run' },
      { do: 'deliver', webhooks: [1, 0] },
      { do: 'edit task', task: 3, fields: { description: 'Again here 31' } },
      { do: 'run', until: 'POST|PATCH' },
      { do: 'edit issue', issue: 1, edit: 'body', text: 'Text there 41' },
      { do: 'edit task', task: 3, fields: { description: 'Again here 51' } },
    ],
    { skewMs: 0, webhooks: true, integrations: 'two projects', policy: 'manual' },
  ));

// A false alarm: only the other project was told the name under which the repository was created again.
test('a project needs no task of a recreated repository whose new name it cannot know', () =>
  holds(
    [
      { do: 'request import', repository: 1 },
      { do: 'edit repository', repository: 1, edit: 'rename' },
      { do: 'run', until: 'POST|PATCH' },
      { do: 'edit repository', repository: 1, edit: 'recreate' },
      { do: 'create issue', repository: 1, title: 'There 57' },
    ],
    { skewMs: 0, webhooks: false, integrations: 'two projects', policy: 'local' },
  ));

// The receipt of the write was removed together with the link of the second task.
test('an edit that our write replaced is recorded although the task that wrote it turns out to be a duplicate', () =>
  holds(
    [
      { do: 'create issue', repository: 0, title: 'First' },
      { do: 'create issue', repository: 1, title: 'Second' },
      { do: 'create task', title: 'Third' },
      { do: 'edit issue', issue: 1, edit: 'transfer', to: 0 },
      { do: 'request import', repository: 0 },
      { do: 'run', until: 'POST|DELETE|PUT' },
      { do: 'edit task', task: 2, fields: { title: 'Here 18' } },
      { do: 'start', work: 'outbox' },
      { do: 'answer', request: 0, how: { kind: 'ok' } },
      { do: 'edit issue', issue: 1, edit: 'title', text: 'There 26' },
    ],
    { skewMs: 3_600_000, webhooks: true, integrations: 'overlap' },
  ));

// Another event of the same second replaced the one that showed the edit, before the item was read.
test('an edit that our write replaced is recorded although a later event of its second comes before the write is settled', () =>
  holds(
    [
      { do: 'create issue', repository: 1, title: 'Second' },
      { do: 'deliver', webhooks: [0, 1] },
      { do: 'edit task', task: 0, fields: { labels: ['bug', 'ui'] } },
      { do: 'edit task', task: 0, fields: { description: 'Text here 19' } },
      { do: 'run', until: 'PATCH' },
      { do: 'edit issue', issue: 0, edit: 'body', text: 'Text there 32' },
      { do: 'answer', request: 0, how: { kind: 'ok' } },
      { do: 'answer', request: 0, how: { kind: 'status', status: 500 } },
      { do: 'edit issue', issue: 0, edit: 'title', text: 'There 41' },
    ],
    { skewMs: 0, webhooks: true, integrations: 'one', policy: 'local' },
  ));

// A false alarm: the label and the text were set in one second, and the event of the label shows the former text with that time.
test('a conflict may show either text of the second in which an issue was labeled and its text was set', () =>
  holds(
    [
      { do: 'create issue', repository: 0, title: 'First' },
      { do: 'create issue', repository: 1, title: 'Second' },
      { do: 'deliver', webhooks: [0, 1] },
      { do: 'create task', title: 'Third' },
      { do: 'edit issue', issue: 0, edit: 'title', text: 'There 4' },
      { do: 'edit repository', repository: 0, edit: 'hide' },
      { do: 'create task', title: 'Here 8' },
      { do: 'deliver', webhooks: [2] },
      { do: 'deliver', webhooks: [4, 4] },
      { do: 'edit issue', issue: 1, edit: 'close', reason: 'completed' },
      { do: 'wait', ms: 900 },
      { do: 'edit issue', issue: 1, edit: 'label', name: 'bug' },
      { do: 'edit issue', issue: 1, edit: 'body', text: 'Text there 26' },
      { do: 'deliver', webhooks: [0, 9] },
      { do: 'edit task', task: 5, fields: { description: 'Text here 35' } },
      { do: 'start', work: 'outbox' },
    ],
    { skewMs: -1500, webhooks: true, integrations: 'two projects', policy: 'manual' },
  ));

// A false alarm: the other project took the title that was replaced within the second for an edit that its own write had overwritten.
test('either title may win that a person set and undid within one second, where two projects follow the issue', () =>
  holds(
    [
      { do: 'create issue', repository: 0, title: 'First' },
      { do: 'create issue', repository: 1, title: 'Second' },
      { do: 'deliver', webhooks: [0, 1] },
      { do: 'create task', title: 'Third' },
      { do: 'start', work: 'poll' },
      { do: 'deliver', webhooks: [1, 0] },
      { do: 'edit task', task: 4, fields: { title: 'Here 9' } },
      { do: 'wait', ms: 2500 },
      { do: 'edit task', task: 3, fields: { title: 'Here 14' } },
      { do: 'run' },
      { do: 'undo', conflict: 0 },
    ],
    { skewMs: -3_600_000, webhooks: true, integrations: 'two projects' },
  ));
