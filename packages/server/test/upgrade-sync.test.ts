import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { embedCreateMarker, stripCreateMarker } from '@commandcenter/integration-kit';
import { pino } from 'pino';
import { resume } from '../src/integrations/integration-work-queries.ts';
import { generateEncryptionKey } from '../src/keys/encryption-keys.ts';
import { createKeyRing } from '../src/keys/key-ring.ts';
import type { SyncDependencies } from '../src/sync/dependencies.ts';
import { startPoller } from '../src/sync/inbound/poller.ts';
import { startRefetchWorker } from '../src/sync/inbound/refetch-worker.ts';
import { createMarkers } from '../src/sync/outbound/create-markers.ts';
import { startOutboxWorker } from '../src/sync/outbound/outbox-worker.ts';
import { addsNothing, projectItem, projectTask } from '../src/sync/reconcile/projection.ts';
import { itemFields } from '../src/tasks/sync-fields.ts';
import { getTask } from '../src/tasks/task-object-queries.ts';
import { waitFor } from './harness/wait-for.ts';
import { fields, PreviousDatabase, type Row, taskOf } from './previous-database.ts';
import { CREATED, EARLY, type Issue, LATE, PreviousPlace, SINCE } from './previous-place.ts';
import { markerKey } from './sync/fixtures.ts';
import { startSync } from './sync/github-world.ts';

const MAIN = 'my-org/my-repo';

let previous: PreviousDatabase;
let here: PreviousPlace;
/** A second GitHub server, whose repositories have the same names and ids as those of the first. */
let enterprise: PreviousPlace;
let project: number;
let older: number;
let newer: number;
let blocked: number;
let main: number;
let deps: SyncDependencies;
let stopSync: () => Promise<void>;
let workers: { stop(): Promise<void> }[] = [];

const linkOf = (task: number) => previous.rows('select * from links where task_id = $1 order by id', [task]);
const taskRow = (task: number) => previous.row('select * from tasks where id = $1', [task]);
const issueAt = (place: PreviousPlace, { number }: Issue, repository = MAIN) =>
  place.gitHub.state.issue({ repository, number });
const titled = (title: string) => here.gitHub.state.issues(MAIN).filter((issue) => issue.title === title);

before(async () => {
  previous = await PreviousDatabase.create();
  here = await PreviousPlace.open(previous);
  enterprise = await PreviousPlace.open(previous);
  project = await previous.addProject();
  const keys = createKeyRing([generateEncryptionKey(new Date())]);
  const addIntegration = async ({ apiUrl, token, account }: PreviousPlace, values: Row = {}) =>
    previous.addIntegration(project, {
      config: { api_url: apiUrl },
      credentials: await keys.encrypt({ accessToken: token }),
      credentials_fields: ['access_token'],
      credentials_version: 1,
      credential_key: token,
      account,
      ...values,
    });
  older = await addIntegration(here);
  newer = await addIntegration(here);
  blocked = await addIntegration(here, { auth_blocked: true, status: 'error' });
  elsewhere = await addIntegration(enterprise);
  detachedFrom = await previous.addDeletedIntegration(project);
  await fill();
  initial = here.gitHub.state.issues(MAIN).length;
  await previous.upgrade();

  const sync = await startSync(previous.database, keys, pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }));
  stopSync = sync.stop;
  deps = sync.deps;
  workers = [startOutboxWorker(deps), startRefetchWorker(deps), startPoller(deps)];
  await atRest();
});
after(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await stopSync?.();
  await here?.gitHub.close();
  await enterprise?.gitHub.close();
  await previous?.destroy();
});

async function atRest(): Promise<void> {
  await waitFor(
    'nothing to send, to read and to poll for the first time',
    async () => {
      const waiting = await previous.rows(`
        select from outbox where not_before < 'infinity'
        union all select from links where refetch_at is not null
        union all select from repository_polls where since = '${SINCE}' and next_poll_at <= now()`);
      return waiting.length === 0;
    },
    60_000,
  );
}

interface Case {
  issue: Issue;
  task: number;
}

let elsewhere: number;
let detachedFrom: number;
let initial: number;
const cases: Record<string, Case> = {};
const known = (name: string): Case => {
  const found = cases[name];
  if (found === undefined) throw new Error(`no case ${name}`);
  return found;
};

/** Stores the rows that the previous version left behind, and creates the issues in the state of that time. */
async function fill(): Promise<void> {
  const external_id = here.addRepository('my-repo');
  assert.equal(enterprise.addRepository('my-repo'), external_id);
  main = await previous.addRepository(project, older, { external_id });
  for (const integration of [older, newer, elsewhere]) await previous.addPoll(integration, main, { since: SINCE });
  await fillDuplicates();
  await fillUpdates();
  await fillCreates();
  await fillUnfollowed();
  await fillReusedName();
  await fillRenamed();
  await fillParked();
}

const inMain = () => ({ project, integration: older, row: main, repository: MAIN });

async function fillDuplicates(): Promise<void> {
  const issue = here.addIssue(MAIN, { title: 'Brought twice' });
  cases.first = { issue, ...(await here.follow(inMain(), issue)) };
  const edited = { title: 'Edited in the second task' };
  cases.second = { issue, ...(await here.follow({ ...inMain(), integration: newer }, issue, { edited })) };
  const twin = enterprise.addIssue(MAIN, { title: 'At another host' });
  assert.deepEqual([twin.id, twin.number], [issue.id, issue.number]);
  const there = { ...inMain(), integration: elsewhere };
  const changed = { edited: { title: 'Edited for the other host' } };
  cases.otherHost = { issue: twin, ...(await enterprise.follow(there, twin, changed)) };
}

async function fillUpdates(): Promise<void> {
  const sent = (title: string) => ({ sent: [fields({ title })] });
  const arrived = here.addIssue(MAIN, { title: 'Sent' }, LATE);
  const edited = { known: { title: 'Old' }, edited: { title: 'Sent' }, editedAt: EARLY };
  cases.arrived = { issue: arrived, ...(await here.follow(inMain(), arrived, { ...edited, intent: sent('Sent') })) };

  const overtaken = here.addIssue(MAIN, { title: 'Newer there' }, LATE);
  cases.overtaken = {
    issue: overtaken,
    ...(await here.follow(inMain(), overtaken, { ...edited, intent: sent('Sent') })),
  };

  const lost = here.addIssue(MAIN, { title: 'Old' });
  const change = { edited: { title: 'Never arrived' }, intent: sent('Never arrived') };
  cases.lost = { issue: lost, ...(await here.follow(inMain(), lost, change)) };

  const labelled = here.addIssue(MAIN, { title: 'Labelled', labels: ['Bug', 'urgent'] });
  const prioritized = {
    known: { labels: ['Bug'], priority: 'high' as const, priorityLabels: ['urgent'] },
    edited: { priority: 'low' as const, labels: ['Bug', 'docs'] },
  };
  cases.labelled = { issue: labelled, ...(await here.follow(inMain(), labelled, prioritized)) };

  const refused = here.addIssue(MAIN, { title: 'Refused' });
  cases.refused = {
    issue: refused,
    ...(await here.follow(inMain(), refused, {
      edited: { assignees: ['stranger'], labels: [] },
      intent: null,
      link: { refused: { labels: [], assignees: ['stranger'] } },
    })),
  };

  const doubtful = here.addIssue(MAIN, { title: 'True' });
  const candidate = {
    externalId: String(doubtful.id),
    number: doubtful.number,
    url: here.url(MAIN, doubtful),
    repository: { owner: 'my-org', name: 'my-repo' },
    title: 'Doubtful',
    body: 'A description.',
    state: 'open',
    stateReason: null,
    labels: [],
    assignees: [],
    author: null,
    createdAt: CREATED,
    updatedAt: CREATED,
  };
  const link = { candidate, refetch_at: CREATED, refetch_attempts: 3 };
  cases.doubtful = {
    issue: doubtful,
    ...(await here.follow(inMain(), doubtful, { known: { title: 'Older' }, link })),
  };
}

async function fillCreates(): Promise<void> {
  const uncreated = async (title: string, intent: Row, values: Row = {}): Promise<number> => {
    const task = await previous.addTask(project, { ...taskOf(fields({ title })), ...values });
    await previous.addIntent(await previous.addUncreatedLink(task, main, older), intent);
    return task;
  };
  const noIssue = { id: 0, number: 0 };
  const sent = (title: string) => ({ sent_at: CREATED, sent: [fields({ title })] });
  const made = await uncreated('Created', sent('Created'), {
    description: 'Edited after the create.',
    field_times: { description: LATE },
  });
  const [link] = await linkOf(made);
  const marker = createMarkers(markerKey).make(String(link?.marker), main);
  const body = embedCreateMarker('A description.', marker);
  cases.created = { task: made, issue: here.addIssue(MAIN, { title: 'Created', body }, CREATED, 'cc-bot') };
  cases.notCreated = { task: await uncreated('Sent in vain', sent('Sent in vain')), issue: noIssue };
  cases.unsent = { task: await uncreated('Never sent', {}), issue: noIssue };
}

async function fillUnfollowed(): Promise<void> {
  const tombstone = here.addIssue(MAIN, { title: 'Task was deleted' }, LATE);
  await previous.addLink(null, main, older, {
    external_id: String(tombstone.id),
    number: tombstone.number,
    url: here.url(MAIN, tombstone),
    sync_state: 'deleted',
  });
  const seenAgain = here.addIssue(MAIN, { title: 'Visible again' }, LATE);
  const hidden = { sync_state: 'deleted', last_error: 'Not Found', last_error_class: 'not_found' };
  cases.seenAgain = {
    issue: seenAgain,
    ...(await here.follow(inMain(), seenAgain, { known: { title: 'Visible' }, link: hidden })),
  };
  const left = { ...inMain(), integration: detachedFrom };
  const detached = here.addIssue(MAIN, { title: 'Detached' }, EARLY);
  const unchanged = here.addIssue(MAIN, { title: 'Unchanged while detached' });
  const rest = { edited: { title: 'Edited while detached' }, intent: null, link: { sync_state: 'detached' } };
  cases.detached = { issue: detached, ...(await here.follow(left, detached, rest)) };
  cases.unchanged = { issue: unchanged, ...(await here.follow(left, unchanged, rest)) };
  const again = here.addIssue(MAIN, { title: 'Detached and brought again' });
  cases.leftBehind = { issue: again, ...(await here.follow(left, again, rest)) };
  cases.again = { issue: again, ...(await here.follow(inMain(), again)) };
}

/** Stores one row for two repositories: the former one was renamed, and the present one has taken its name. */
async function fillReusedName(): Promise<void> {
  here.addRepository('app');
  const former = here.addIssue('my-org/app', { title: 'Of the former repository' });
  const formerOnly = here.addIssue('my-org/app', { title: 'Of the former repository alone' });
  here.gitHub.state.renameRepository({ repository: 'my-org/app', name: 'app-former' });
  const external_id = here.addRepository('app');
  const present = here.addIssue('my-org/app', { title: 'Of the present repository' });
  const row = await previous.addRepository(project, older, { name: 'app', external_id });
  const at = { ...inMain(), row, repository: 'my-org/app' };
  const wasAt = { ...at, repository: 'my-org/app-former' };
  const follow = async (place: typeof at, issue: Issue, title?: string): Promise<Case> => {
    const edit = title === undefined ? {} : { edited: { title } };
    const link = { url: here.url('my-org/app', issue) };
    return { issue, ...(await here.follow(place, issue, { ...edit, link })) };
  };
  cases.former = await follow(wasAt, former, 'Edited for the former repository');
  cases.formerOnly = await follow(wasAt, formerOnly);
  cases.present = await follow(at, present, 'Edited for the present repository');
}

/** Stores two rows for one repository, whose former name GitHub redirects. */
async function fillRenamed(): Promise<void> {
  const external_id = here.addRepository('former');
  const repository = 'my-org/renamed';
  const old = await previous.addRepository(project, older, { name: 'former', external_id, updated_at: EARLY });
  here.gitHub.state.renameRepository({ repository: 'my-org/former', name: 'renamed' });
  await previous.addRepository(project, older, { name: 'renamed', external_id, updated_at: LATE });
  const at = { ...inMain(), row: old, repository };
  const issue = here.addIssue(repository, { title: 'In a renamed repository' });
  cases.renamed = { issue, ...(await here.follow(at, issue, { edited: { title: 'Edited under the former name' } })) };
  const task = await previous.addTask(project, taskOf(fields({ title: 'Created under the former name' })));
  const link = await previous.addUncreatedLink(task, old, older);
  const sent = [fields({ title: 'Created under the former name' })];
  await previous.addIntent(link, { sent_at: CREATED, sent });
  const marker = createMarkers(markerKey).make(String((await previous.link(link)).marker), old);
  const body = embedCreateMarker('A description.', marker);
  const made = here.addIssue(repository, { title: 'Created under the former name', body }, CREATED, 'cc-bot');
  cases.createdUnderFormerName = { task, issue: made };
}

/** Stores an integration whose credential the provider refused. Its unsent writes wait until the integration is resumed. */
async function fillParked(): Promise<void> {
  const external_id = here.addRepository('parked');
  const repository = 'my-org/parked';
  const row = await previous.addRepository(project, blocked, { name: 'parked', external_id });
  const issue = here.addIssue(repository, { title: 'Parked' });
  const intent = { not_before: 'infinity', attempts: 2, last_error: 'Bad credentials' };
  const parked = { edited: { title: 'Sent when it works again' }, intent };
  const at = { project, integration: blocked, row, repository };
  cases.parked = { issue, ...(await here.follow(at, issue, parked)) };
}

describe('sync after the upgrade', () => {
  it('leaves both sides of every followed link equal', async () => {
    const links = await previous.rows<Row & { task_id: number; number: number; repository_id: number; host: string }>(
      `select * from links where sync_state not in ('deleted', 'detached') and task_id is not null and integration_id <> $1`,
      [blocked],
    );
    assert.equal(links.length, 18);
    for (const { task_id, number, repository_id, host, sync_state } of links) {
      const place = host === new URL(here.gitHub.url).host ? here : enterprise;
      const row = await previous.row('select owner, name from repositories where id = $1', [repository_id]);
      const issue = place.gitHub.state.issue({ repository: `${row.owner}/${row.name}`, number });
      const task = await getTask(previous.database.db, task_id);
      assert.ok(task);
      const item = projectItem({
        title: issue.title,
        body: stripCreateMarker(issue.body ?? '').body,
        state: issue.state,
        stateReason: issue.stateReason,
        labels: issue.labels.map(({ name }) => name),
        assignees: issue.assignees.map(({ login }) => login),
      });
      const isRefused = task_id === known('refused').task;
      const ours = projectTask({ ...task, assignees: isRefused ? [] : task.assignees });
      assert.ok(addsNothing(itemFields, { ...ours, priorityLabels: item.priorityLabels ?? [] }, item), task.title);
      assert.equal(sync_state, 'in_sync', task.title);
    }
  });

  it('creates each missing issue once and no issue that exists', () => {
    for (const title of ['Created', 'Sent in vain', 'Never sent']) assert.equal(titled(title).length, 1, title);
    assert.equal(here.gitHub.state.issues(MAIN).length, initial + 2);
    assert.equal(here.gitHub.state.issues('my-org/renamed').length, 2);
    assert.equal(enterprise.gitHub.state.issues(MAIN).length, 1);
  });

  it('writes to the issues whose tasks have something to send, and to no other', () => {
    const at = (name: string, repository = MAIN) => `${repository}/issues/${known(name).issue.number}`;
    assert.deepEqual(
      here.written(),
      [
        `${MAIN}/issues`,
        ...['lost', 'labelled', 'created', 'detached', 'unchanged'].map((name) => at(name)),
        at('present', 'my-org/app'),
        at('renamed', 'my-org/renamed'),
      ].sort(),
    );
    assert.deepEqual(enterprise.written(), [at('otherHost')]);
    assert.deepEqual([here.gitHub.violations, enterprise.gitHub.violations], [[], []]);
  });

  it('keeps the edit of a task that lost its item to the older integration', async () => {
    assert.deepEqual(await linkOf(known('second').task), []);
    assert.equal((await taskRow(known('second').task)).title, 'Edited in the second task');
    assert.equal(issueAt(here, known('first').issue).title, 'Brought twice');
  });

  it('settles an update that had been carried out, and takes over what was newer there', async () => {
    assert.equal((await taskRow(known('arrived').task)).title, 'Sent');
    assert.equal((await taskRow(known('overtaken').task)).title, 'Newer there');
    assert.equal(issueAt(here, known('lost').issue).title, 'Never arrived');
    assert.equal((await taskRow(known('doubtful').task)).title, 'True');
  });

  it('finds the issue of a create whose response was lost, and sends the edits made since', async () => {
    const { task, issue } = known('created');
    assert.equal((await linkOf(task))[0]?.external_id, String(issue.id));
    assert.match(String(issueAt(here, issue).body), /^Edited after the create\./);
    const other = known('createdUnderFormerName');
    assert.equal((await linkOf(other.task))[0]?.external_id, String(other.issue.id));
  });

  it('lets a detached link be taken up, and one whose item has another task be', async () => {
    const [link] = await linkOf(known('detached').task);
    assert.equal(link?.integration_id, older);
    assert.equal(issueAt(here, known('detached').issue).title, 'Edited while detached');
    assert.deepEqual(await linkOf(known('leftBehind').task), []);
    assert.equal(issueAt(here, known('again').issue).title, 'Detached and brought again');
  });

  it('sends the edits of a detached link whose item has not changed since', () => {
    assert.equal(issueAt(here, known('unchanged').issue).title, 'Edited while detached');
  });

  it('follows an item again that is visible again, and makes no task of one whose task was deleted', async () => {
    assert.equal((await taskRow(known('seenAgain').task)).title, 'Visible again');
    assert.deepEqual(await previous.rows(`select id from tasks where title = 'Task was deleted'`), []);
  });

  it('tells the issues of two repositories of one name apart', async () => {
    const former = issueAt(here, known('former').issue, 'my-org/app-former');
    assert.equal(former.title, 'Of the former repository');
    assert.equal(issueAt(here, known('present').issue, 'my-org/app').title, 'Edited for the present repository');
    assert.equal((await taskRow(known('former').task)).title, 'Edited for the former repository');
    for (const name of ['former', 'formerOnly']) {
      const [link] = await linkOf(known(name).task);
      assert.deepEqual([link?.sync_state, link?.last_error_class], ['deleted', 'not_found'], name);
    }
  });

  it('keeps the tasks of two hosts with equal names and ids apart', async () => {
    assert.equal(issueAt(enterprise, known('otherHost').issue).title, 'Edited for the other host');
    assert.equal((await taskRow(known('first').task)).title, 'Brought twice');
  });

  it('sends a parked intent when its integration works again', async () => {
    const { issue } = known('parked');
    assert.equal(issueAt(here, issue, 'my-org/parked').title, 'Parked');
    await previous.rows('update integrations set auth_blocked = false where id = $1', [blocked]);
    await resume(previous.database.db, blocked);
    await atRest();
    assert.equal(issueAt(here, issue, 'my-org/parked').title, 'Sent when it works again');
  });
});
