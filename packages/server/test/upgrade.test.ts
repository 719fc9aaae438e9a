import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { readMigrations } from '../src/database/migrate.ts';
import { findIdentities, type LinkRow } from '../src/sync/link/link-queries.ts';
import { unanswered } from '../src/sync/reconcile/write.ts';
import { base, fields, PreviousDatabase, type Row } from './previous-database.ts';

const GITHUB = 'api.github.com';
const changedLinkColumns = [
  ...['kind', 'host', 'versions', 'writes', 'last_error_hint', 'remote_version', 'frozen'],
  ...['refetch_worker', 'refetch_lease_until'],
];

let previous: PreviousDatabase;
let project: number;
beforeEach(async () => {
  previous = await PreviousDatabase.create();
  project = await previous.addProject();
});
afterEach(() => previous.destroy());

const repositories = () => previous.rows('select * from repositories order by id');
const links = () => previous.rows('select * from links order by id');
const historyOf = (task: number) => previous.rows('select * from task_history where task_id = $1 order by id', [task]);
const isToBeRead = ({ refetch_at }: Row): boolean => refetch_at instanceof Date && refetch_at.getTime() <= Date.now();

describe('the upgrade of a database of the previous version', () => {
  it('applies to a database without rows', async () => {
    const later = (await readMigrations()).filter(({ number }) => number > 3).map(({ name }) => name);
    assert.deepEqual(await previous.upgrade(), later);
    assert.deepEqual(await previous.upgrade(), []);
  });

  it('keeps every byte of tasks, history and of all tables that it has no reason to change', async () => {
    const integration = await previous.addIntegration(project, { config: { repositories: ['my-org/my-repo'] } });
    const repository = await previous.addRepository(project, integration);
    await previous.addPoll(integration, repository, { etag: 'W/"1"', url: 'https://api.github.com/x', failures: 2 });
    const task = await previous.addTask(project, {
      title: 'Ünïcode 😀, "quotes" and \\ backslashes',
      description: 'Line one\n\n\tline three ',
      status: 'blocked',
      priority: 'high',
      assignees: ['Octocat', 'ann'],
      labels: ['Bug', 'good first issue'],
      due_date: '2026-02-28',
      version: 7,
      field_times: { title: '2026-01-01T12:00:00.123Z', labels: '2026-01-01T12:00:01Z' },
      created_at: '2025-12-31T23:59:59.999999Z',
      updated_at: '2026-01-01T00:00:00.000001Z',
      completed_at: '2026-01-01T00:00:00.5Z',
    });
    await previous.insert('task_history', {
      task_id: task,
      version: 7,
      at: '2026-01-01T00:00:00.000001Z',
      actor: { type: 'integration', id: integration, name: 'GitHub: my-org' },
      delivery_id: 12,
      changes: [{ field: 'title', from: 'Old', to: 'New', conflict: { winner: 'remote', lost: 'Ours' } }],
    });
    await previous.addLink(task, repository, integration, {
      refused: { labels: ['no-such-label'], assignees: ['nobody'] },
    });
    await previous.insert('finding_tasks', {
      repository_id: repository,
      fingerprint: 'f1',
      task_id: task,
      rule: 'secret',
      state: 'open',
      last_seen_job_id: 5,
    });
    await previous.insert('webhook_hints', {
      integration_type: 'github',
      kind: 'repository_id',
      value: '1001',
      integration_id: integration,
      learned: true,
    });
    await previous.insert('webhook_secrets', { integration_id: integration, jwe: 'jwe', fingerprint: '\\x01' });
    await previous.insert('deliveries', {
      integration_id: integration,
      integration_type: 'github',
      event: 'issues',
      delivery_guid: 'guid',
      status: 'processed',
      attempts: 1,
      body_start: 0,
      body_size: 2,
      received_at: '2026-01-01T12:00:00Z',
    });
    const kept = {
      tasks: ['deleted_at'],
      task_history: ['origin'],
      integrations: ['host', 'clock_offset_ms', 'credential_expires_at'],
      repository_polls: ['worker'],
      repositories: [
        ...['host', 'handle', 'name_seen_at', 'name_lost_at', 'refusal', 'check_at', 'check_attempts'],
        ...['registered', 'granted_to', 'check_worker', 'check_lease_until'],
      ],
      links: changedLinkColumns,
      finding_tasks: [],
      webhook_hints: ['pinged'],
      webhook_secrets: [],
      deliveries: [],
    };
    const contents = async () => {
      const tables: string[][] = [];
      for (const [table, without] of Object.entries(kept)) tables.push(await previous.contentsOf(table, without));
      return tables;
    };
    const before = await contents();
    await previous.upgrade();
    assert.deepEqual(await contents(), before);
    assert.ok(before.every(({ length }) => length > 0));
  });

  it('identifies a link by the host of its integration and keeps the version of its snapshot', async () => {
    const integration = await previous.addIntegration(project);
    const repository = await previous.addRepository(project, integration);
    const remote_version = '2026-01-02T03:04:05Z';
    const id = await previous.addLink(await previous.addTask(project), repository, integration, { remote_version });
    await previous.upgrade();
    const { host, kind, versions, writes, base: kept } = await previous.link(id);
    assert.deepEqual(
      { host, kind, versions, writes },
      { host: GITHUB, kind: 'item', versions: { core: '2026-01-02T03:04:05.000Z' }, writes: [] },
    );
    assert.deepEqual(kept, base());
    const identity = { project_id: project, integration_type: 'github', host: GITHUB, external_id: '9001' };
    const [found] = await findIdentities(previous.database.db, [identity]);
    assert.equal(found?.id, id);
  });

  it('reads the host from the address as the server does', async () => {
    const hosts: [Row, string, string?][] = [
      [{}, GITHUB],
      [{ api_url: 'https://GHE.example/api/v3' }, 'ghe.example'],
      [{ api_url: 'https://ghe.example:443/api/v3' }, 'ghe.example'],
      [{ api_url: 'http://ghe.example:80' }, 'ghe.example'],
      [{ api_url: 'http://ghe.example:8080/api/v3' }, 'ghe.example:8080'],
      [{ api_url: 'http://user:word@[::1]:3000' }, '[::1]:3000'],
      [{}, 'tracker', 'tracker'],
      [{ api_url: 'https://tracker.example' }, 'tracker.example', 'tracker'],
    ];
    const ids: number[] = [];
    for (const [config, , type = 'github'] of hosts)
      ids.push(await previous.addIntegration(project, { config, integration_type: type }));
    await previous.upgrade();
    for (const [index, [config, host]] of hosts.entries()) {
      const row = await previous.row('select host from integrations where id = $1', [ids[index]]);
      assert.equal(row.host, host, JSON.stringify(config));
    }
  });
});

describe('the upgrade of two integrations that brought every item twice', () => {
  let older: number;
  let newer: number;
  let repository: number;
  beforeEach(async () => {
    older = await previous.addIntegration(project, { credential_key: 'same' });
    newer = await previous.addIntegration(project, { credential_key: 'same' });
    repository = await previous.addRepository(project, newer);
    for (const integration of [older, newer]) await previous.addPoll(integration, repository);
  });

  it('keeps one link per item, of the older integration, and both tasks', async () => {
    const tasks = [await previous.addTask(project), await previous.addTask(project)];
    await previous.addLink(tasks[1] ?? 0, repository, newer, { number: 1 });
    const kept = await previous.addLink(tasks[0] ?? 0, repository, older, { number: 1 });
    await previous.upgrade();
    const [link, ...others] = await links();
    assert.deepEqual([link?.id, link?.integration_id, link?.task_id, others.length], [kept, older, tasks[0], 0]);
    assert.equal((await previous.rows('select id from tasks where deleted_at is null')).length, 2);
    assert.equal((await repositories())[0]?.integration_id, older);
    assert.deepEqual(await previous.rows('select integration_id, repository_id from repository_overlaps'), [
      { integration_id: newer, repository_id: repository },
    ]);
    assert.deepEqual((await historyOf(tasks[0] ?? 0)).length, 1);
    const [, entry] = await historyOf(tasks[1] ?? 0);
    assert.deepEqual(entry?.changes, [
      {
        field: 'link',
        from: 'https://github.com/my-org/my-repo/issues/1',
        to: null,
        detail: `The item is followed by task ${tasks[0]}. This task stays, without the item.`,
      },
    ]);
    assert.deepEqual([entry?.version, entry?.delivery_id, entry?.origin], [1, null, null]);
  });

  it('keeps the unsent edits of the task that loses the item, and drops their intent', async () => {
    const first = await previous.addTask(project);
    const edited = await previous.addTask(project, {
      title: 'Edited here',
      version: 2,
      field_times: { title: '2026-01-01T13:00:00Z' },
    });
    await previous.addLink(first, repository, older, { number: 1 });
    const lost = await previous.addLink(edited, repository, newer, { number: 1, sync_state: 'pending' });
    await previous.addIntent(lost);
    const before = await previous.contentsOf('tasks', ['deleted_at']);
    await previous.upgrade();
    assert.deepEqual(await previous.contentsOf('tasks', ['deleted_at']), before);
    assert.deepEqual(await previous.rows('select * from outbox'), []);
    assert.equal((await historyOf(edited)).length, 2);
  });

  it('lets the older integration send what the newer one had to send', async () => {
    const link = await previous.addLink(await previous.addTask(project), repository, newer, { sync_state: 'pending' });
    await previous.addIntent(link);
    await previous.upgrade();
    assert.equal((await previous.link(link)).integration_id, older);
    assert.equal((await previous.row('select integration_id from outbox')).integration_id, older);
  });

  it('prefers an integration that works to an older one that is disabled, blocked or configured for other repositories', async () => {
    for (const unable of [{ enabled: false }, { auth_blocked: true }, { config: { repositories: ['my-org/other'] } }]) {
      const other = await previous.addProject(`project ${JSON.stringify(unable)}`);
      const first = await previous.addIntegration(other, unable);
      const second = await previous.addIntegration(other);
      const shared = await previous.addRepository(other, first);
      const task = await previous.addTask(other);
      await previous.addLink(await previous.addTask(other), shared, first, { number: 1 });
      await previous.addLink(task, shared, second, { number: 1 });
    }
    await previous.upgrade();
    const kept = await previous.rows(
      'select l.integration_id, r.integration_id as follower from links l join repositories r on r.id = l.repository_id',
    );
    const usable = [newer + 2, newer + 4, newer + 6];
    assert.deepEqual(
      kept,
      usable.map((id) => ({ integration_id: id, follower: id })),
    );
    const overlaps = await previous.rows('select integration_id from repository_overlaps');
    assert.deepEqual(overlaps, [{ integration_id: newer }]);
  });

  it('prefers a link that is followed to a tombstone, a deleted and a detached link of the item', async () => {
    const gone = await previous.addDeletedIntegration(project);
    const task = await previous.addTask(project);
    await previous.addLink(null, repository, older, { number: 1, sync_state: 'deleted' });
    const live = await previous.addLink(task, repository, newer, { number: 1 });
    await previous.addLink(await previous.addTask(project), repository, older, { number: 2, sync_state: 'deleted' });
    const followed = await previous.addLink(task, repository, newer, { number: 2, repository_id: null });
    const left = await previous.addTask(project);
    await previous.addLink(left, repository, gone, { number: 3, sync_state: 'detached' });
    const again = await previous.addLink(await previous.addTask(project), repository, newer, { number: 3 });
    await previous.upgrade();
    assert.deepEqual(
      (await links()).map(({ id }) => id),
      [live, followed, again],
    );
    assert.equal((await historyOf(left)).length, 2);
  });
});

describe('the upgrade of intents in flight', () => {
  let integration: number;
  let repository: number;
  let task: number;
  const sent_at = '2026-01-01T12:00:00.123Z';
  beforeEach(async () => {
    integration = await previous.addIntegration(project);
    repository = await previous.addRepository(project, integration);
    task = await previous.addTask(project);
  });

  it('reads the item of an update that may have been carried out', async () => {
    const link = await previous.addLink(task, repository, integration, { sync_state: 'pending', refetch_attempts: 4 });
    await previous.addIntent(link, { sent: [fields({ title: 'Sent' }), fields({ title: 'Sent later' })], attempts: 2 });
    await previous.upgrade();
    const row = await previous.link(link);
    assert.ok(isToBeRead(row));
    assert.deepEqual([row.sync_state, row.writes, row.refetch_attempts], ['pending', [], 0]);
    const intent = await previous.row('select kind, attempts, sent_at from outbox');
    assert.deepEqual(intent, { kind: 'update', attempts: 2, sent_at: null });
  });

  it('does not read the item of an update that was never sent', async () => {
    const link = await previous.addLink(task, repository, integration, { sync_state: 'pending' });
    await previous.addIntent(link);
    await previous.upgrade();
    assert.equal((await previous.link(link)).refetch_at, null);
  });

  it('turns a create that was sent into a write without a response, by which its item is looked for', async () => {
    const link = await previous.addUncreatedLink(task, repository, integration);
    const sent = fields({ title: 'Created', priority: 'high', labels: ['bug'], assignees: ['octocat'] });
    await previous.addIntent(link, { sent_at, sent: [sent] });
    await previous.upgrade();
    const { writes } = (await previous.link(link)) as Row & Pick<LinkRow, 'writes'>;
    assert.deepEqual(unanswered(writes), [
      {
        at: sent_at,
        read_version: null,
        set: {
          title: [null, 'Created'],
          description: [null, 'A description.'],
          status: [null, 'open'],
          priority: [null, 'high'],
        },
        add: { labels: ['bug'], assignees: ['octocat'] },
        remove: {},
      },
    ]);
    const intent = await previous.row<{ sent_at: Date | null }>('select sent_at from outbox');
    assert.equal(intent.sent_at?.toISOString(), sent_at);
  });

  it('looks for the item of a sent create also when its content was not recorded', async () => {
    const link = await previous.addUncreatedLink(task, repository, integration);
    await previous.addIntent(link, { sent_at, sent: [] });
    await previous.upgrade();
    const { writes } = await previous.link(link);
    assert.deepEqual(writes, [{ at: sent_at, read_version: null, set: {}, add: {}, remove: {} }]);
  });

  it('reads the item of a create that an event had bound before its response', async () => {
    const link = await previous.addLink(task, repository, integration, { sync_state: 'pending' });
    await previous.addIntent(link, { kind: 'create', sent_at, sent: [fields()] });
    await previous.upgrade();
    const row = await previous.link(link);
    assert.ok(isToBeRead(row));
    assert.deepEqual(row.writes, []);
    assert.deepEqual(await previous.row('select kind, sent_at from outbox'), { kind: 'update', sent_at: null });
  });

  it('leaves creates that were not sent and intents that wait for the integration as they are', async () => {
    const created = await previous.addUncreatedLink(task, repository, integration);
    await previous.addIntent(created);
    const parked = await previous.addLink(await previous.addTask(project), repository, integration, {
      sync_state: 'pending',
      last_error: 'Bad credentials',
      last_error_class: 'auth',
    });
    await previous.addIntent(parked, { not_before: 'infinity', attempts: 3, last_error: 'Bad credentials' });
    const before = await previous.contentsOf('outbox', ['sent', 'worker']);
    await previous.upgrade();
    assert.deepEqual(await previous.contentsOf('outbox', ['sent', 'worker']), before);
    assert.deepEqual((await previous.link(created)).writes, []);
    assert.deepEqual((await previous.link(created)).refetch_at, null);
  });

  it('leaves a sent create with the integration and the repository that its item is found by', async () => {
    const older = integration;
    const newer = await previous.addIntegration(project);
    const renamed = await previous.addRepository(project, newer, { name: 'renamed', updated_at: '2026-01-01T00:00Z' });
    const link = await previous.addUncreatedLink(task, renamed, newer);
    await previous.addIntent(link, { sent_at, sent: [fields()] });
    await previous.upgrade();
    const row = await previous.link(link);
    assert.deepEqual([row.repository_id, row.integration_id], [renamed, newer]);
    assert.equal((await previous.row('select integration_id from outbox')).integration_id, newer);
    assert.equal((await repositories())[0]?.integration_id, older);
  });
});

describe('the upgrade of jobs', () => {
  const jobs = () => previous.rows('select * from jobs order by id');
  const actor = { type: 'user', id: 1, name: 'ann' };

  it('lets links end the jobs that follow them, and ends those whose link is settled or that were cancelled', async () => {
    const integration = await previous.addIntegration(project);
    const repository = await previous.addRepository(project, integration);
    const follow = async (link: number, values: Row = {}): Promise<number> =>
      previous.insert('jobs', {
        project_id: project,
        integration_id: integration,
        job_type: 'task_to_issue',
        status: 'running',
        lease_owner: 'worker',
        lease_until: '2026-01-01T00:00:00Z',
        parameters: { link_id: link, action: 'created' },
        actor,
        ...values,
      });
    const waiting = await previous.addUncreatedLink(await previous.addTask(project), repository, integration);
    const settled = await previous.addLink(await previous.addTask(project), repository, integration, {});
    await follow(waiting);
    await follow(settled);
    await follow(waiting, { cancel_requested: true });
    await previous.upgrade();
    const [followed, done, cancelled] = await jobs();
    assert.deepEqual(
      [followed?.status, followed?.link_id, followed?.lane, followed?.lease_owner, followed?.not_before],
      ['pending', waiting, null, null, Number.POSITIVE_INFINITY],
    );
    assert.equal(Number(followed?.give_up_at) - Number(followed?.created_at), 30 * 60_000);
    assert.deepEqual(
      [done?.status, done?.result],
      ['completed', { issue_number: 1, url: 'https://github.com/my-org/my-repo/issues/1', action: 'created' }],
    );
    assert.equal(cancelled?.status, 'cancelled');
  });

  it('gives unfinished jobs their lanes, and keeps how long one waits for its source', async () => {
    const job = { project_id: project, actor, parameters: {} };
    await previous.insert('jobs', { ...job, job_type: 'github_import', integration_id: 7, status: 'running' });
    const until = '2099-01-01T00:00:00Z';
    await previous.insert('jobs', {
      ...job,
      job_type: 'repository_analysis',
      integration_id: 7,
      status: 'awaiting_source',
      not_before: until,
    });
    await previous.upgrade();
    const [running, awaiting] = await jobs();
    assert.equal(running?.lane, 'integration:7');
    assert.equal(awaiting?.lane, `project:${project}`);
    assert.deepEqual(awaiting?.give_up_at, new Date(until));
  });

  it('keeps the links to the reports of analyses that are there, and gives new jobs none', async () => {
    const job = {
      project_id: project,
      job_type: 'repository_analysis',
      actor: { type: 'system', id: null, name: 'S' },
    };
    await previous.insert('jobs', { ...job, status: 'completed' });
    await previous.upgrade();
    await previous.insert('jobs', job);
    // Report links of jobs without a nonce are signed in the way of the previous version, so they stay valid.
    const nonces = (await previous.rows('select report_link_nonce from jobs order by id')).map(Object.values);
    assert.deepEqual(nonces, [[''], [null]]);
  });
});

describe('the upgrade of repositories whose names were used again', () => {
  let integration: number;
  beforeEach(async () => {
    integration = await previous.addIntegration(project);
  });

  it('reads every item that may belong to either repository, and deletes nothing', async () => {
    const repository = await previous.addRepository(project, integration, { external_id: '2002' });
    const add = async (number: number, external_id: string, values: Row = {}) =>
      previous.addLink(await previous.addTask(project), repository, integration, { number, external_id, ...values });
    const former = [await add(1, '9001'), await add(2, '9002')];
    const present = [await add(1, '9101', { sync_state: 'pending' })];
    const later = [await add(3, '9103')];
    await previous.addIntent(present[0] ?? 0);
    const dead = await add(4, '9004', { sync_state: 'deleted' });
    await previous.upgrade();
    const rows = await links();
    assert.deepEqual(
      rows.filter(isToBeRead).map(({ id }) => id),
      [...former, ...present],
    );
    assert.deepEqual(
      rows.map(({ id, repository_id }) => [id, repository_id]),
      [...former, ...present, ...later, dead].map((id) => [id, repository]),
    );
    const [row] = await repositories();
    assert.deepEqual([row?.external_id, row?.name_lost_at], ['2002', null]);
    assert.equal((await previous.rows('select * from outbox')).length, 1);
  });

  it('joins two rows of one repository under the name that was seen last', async () => {
    const former = await previous.addRepository(project, integration, { name: 'old', updated_at: '2026-01-01T00:00Z' });
    const middle = await previous.addRepository(project, integration, { name: 'mid', updated_at: '2026-01-02T00:00Z' });
    const present = await previous.addRepository(project, null, { name: 'new', updated_at: '2026-01-03T00:00Z' });
    await previous.addPoll(integration, former, { since: '2026-01-01T00:00Z', etag: 'e', url: 'u' });
    await previous.addPoll(integration, middle, { since: '2026-01-02T00:00Z' });
    const task = await previous.addTask(project);
    const moved = await previous.addLink(task, former, integration, { number: 1 });
    // Two repository rows each have an item of the same task, although a task can have only one item in a repository.
    const twin = await previous.addLink(task, middle, integration, { number: 2 });
    const own = await previous.addLink(await previous.addTask(project), present, integration, { number: 3 });
    for (const repository_id of [former, middle])
      await previous.insert('finding_tasks', {
        repository_id,
        fingerprint: 'f',
        rule: 'r',
        state: 'open',
        last_seen_job_id: 1,
      });
    await previous.upgrade();
    assert.deepEqual(
      (await repositories()).map(({ id, external_id, name_lost_at }) => [id, external_id, name_lost_at === null]),
      [
        [former, null, false],
        [middle, null, false],
        [present, '1001', true],
      ],
    );
    assert.deepEqual(
      (await links()).map(({ id, repository_id }) => [id, repository_id]),
      [
        [moved, present],
        [twin, middle],
        [own, present],
      ],
    );
    const polls = await previous.rows<{ since: Date }>('select * from repository_polls');
    assert.deepEqual(
      polls.map(({ repository_id, since }: Row & { since: Date }) => [repository_id, since.toISOString()]),
      [[present, '2026-01-01T00:00:00.000Z']],
    );
    const findings = await previous.rows('select repository_id from finding_tasks order by repository_id');
    assert.deepEqual(
      findings.map(({ repository_id }) => repository_id),
      [middle, present],
    );
    assert.equal((await repositories())[2]?.integration_id, integration);
  });
});

describe('the upgrade of links that are not followed', () => {
  it('keeps detached links under the identity that a new integration finds them by', async () => {
    const gone = await previous.addDeletedIntegration(project);
    const repository = await previous.addRepository(project, null);
    const urls = {
      'https://github.com/my-org/my-repo/issues/1': GITHUB,
      'https://ghe.example/my-org/my-repo/issues/1': 'ghe.example',
      'https://acme.ghe.com/my-org/my-repo/issues/1': 'api.acme.ghe.com',
      'http://127.0.0.1:3000/my-org/my-repo/issues/1': '127.0.0.1:3000',
    };
    for (const url of Object.keys(urls)) {
      const task = await previous.addTask(project, { title: 'Edited while nobody followed it' });
      const rest = { sync_state: 'detached', external_id: url };
      await previous.addLink(task, repository, gone, { url, ...rest });
    }
    await previous.upgrade();
    const rows = await links();
    assert.deepEqual(Object.fromEntries(rows.map(({ url, host }) => [url, host])), urls);
    assert.ok(rows.every(({ sync_state, task_id }) => sync_state === 'detached' && task_id !== null));
  });

  it('calls the host of a detached link by its type where the type has no addresses', async () => {
    await previous.addIntegration(project, { integration_type: 'tracker' });
    const gone = await previous.addDeletedIntegration(project);
    const repository = await previous.addRepository(project, null);
    const url = 'https://tracker.example/items/1';
    const values = { integration_type: 'tracker', sync_state: 'detached', url };
    const link = await previous.addLink(await previous.addTask(project), repository, gone, values);
    await previous.upgrade();
    assert.equal((await previous.link(link)).host, 'tracker');
  });

  it('keeps tombstones, also of creates whose item was not seen, and links of items that were deleted there', async () => {
    const integration = await previous.addIntegration(project);
    const repository = await previous.addRepository(project, integration);
    await previous.addLink(null, repository, integration, { number: 1, sync_state: 'deleted' });
    await previous.addUncreatedLink(null, repository, integration, { sync_state: 'deleted' });
    await previous.addLink(await previous.addTask(project), repository, integration, {
      number: 2,
      sync_state: 'deleted',
      last_error: 'Not Found',
      last_error_class: 'not_found',
    });
    const before = await previous.contentsOf('links', changedLinkColumns);
    await previous.upgrade();
    assert.deepEqual(await previous.contentsOf('links', changedLinkColumns), before);
  });

  it('knows the host of a repository whose integration was deleted by its links', async () => {
    const gone = await previous.addDeletedIntegration(project);
    const repository = await previous.addRepository(project, null);
    const values = { sync_state: 'detached', url: 'https://ghe.example/my-org/my-repo/issues/1' };
    await previous.addLink(await previous.addTask(project), repository, gone, values);
    const unknown = await previous.addRepository(project, null, { name: 'never-seen', external_id: null });
    await previous.upgrade();
    assert.deepEqual(
      (await repositories()).map(({ id, host, external_id }) => [id, host, external_id]),
      [
        [repository, 'ghe.example', '1001'],
        [unknown, '', null],
      ],
    );
  });
});

describe('the upgrade of GitHub Enterprise beside github.com', () => {
  it('gives each host its own repository and link where names and ids are equal', async () => {
    const github = await previous.addIntegration(project);
    const enterprise = await previous.addIntegration(project, { config: { api_url: 'https://ghe.example/api/v3' } });
    // The previous version distinguished repositories by their names only.
    const shared = await previous.addRepository(project, github);
    await previous.addPoll(github, shared, { etag: 'github' });
    await previous.addPoll(enterprise, shared, { etag: 'enterprise' });
    const tasks = [await previous.addTask(project), await previous.addTask(project)];
    const here = await previous.addLink(tasks[0] ?? 0, shared, github, { number: 1 });
    const url = 'https://ghe.example/my-org/my-repo/issues/1';
    const there = await previous.addLink(tasks[1] ?? 0, shared, enterprise, { number: 1, url });
    await previous.upgrade();
    const rows = await repositories();
    const own = rows[1]?.id;
    assert.deepEqual(
      rows.map(({ host, owner, name, integration_id, external_id, name_lost_at }) => [
        [host, owner, name, integration_id],
        [external_id, name_lost_at],
      ]),
      [
        [
          [GITHUB, 'my-org', 'my-repo', github],
          [null, null],
        ],
        [
          ['ghe.example', 'my-org', 'my-repo', enterprise],
          [null, null],
        ],
      ],
    );
    assert.deepEqual(
      (await links()).map(({ id, host, repository_id, task_id, integration_id, refetch_at }) => [
        [id, host, repository_id],
        [task_id, integration_id, refetch_at],
      ]),
      [
        [
          [here, GITHUB, shared],
          [tasks[0], github, null],
        ],
        [
          [there, 'ghe.example', own],
          [tasks[1], enterprise, null],
        ],
      ],
    );
    assert.deepEqual(await previous.rows('select repository_id, etag from repository_polls order by integration_id'), [
      { repository_id: shared, etag: 'github' },
      { repository_id: own, etag: 'enterprise' },
    ]);
    assert.deepEqual(await previous.rows('select * from repository_overlaps'), []);
    for (const task of tasks) assert.equal((await historyOf(task)).length, 1);
  });

  it('does not join repositories of two hosts that have one id', async () => {
    const github = await previous.addIntegration(project);
    const enterprise = await previous.addIntegration(project, { config: { api_url: 'https://ghe.example/api/v3' } });
    await previous.addRepository(project, github);
    await previous.addRepository(project, enterprise, { name: 'other' });
    await previous.upgrade();
    assert.deepEqual(
      (await repositories()).map(({ host, external_id }) => [host, external_id]),
      [
        [GITHUB, '1001'],
        ['ghe.example', '1001'],
      ],
    );
  });
});
