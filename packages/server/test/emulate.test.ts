import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  EMULATED_APP,
  EMULATED_TOKENS,
  type EmulatedGitHub,
  type EmulatedIssue,
  OWNER,
  startEmulatedGitHub,
} from './harness/emulated-github.ts';
import { openPublicAddress, type PublicAddress } from './harness/public-address.ts';
import { type ServerProcess, startServerProcess } from './harness/server-process.ts';
import { createTestDatabase, type TestDatabase } from './harness/test-database.ts';
import { waitFor } from './harness/wait-for.ts';
import { type Ask, createAsk, type Json } from './http/ask.ts';

/**
 * Tests a server process with an emulated GitHub that other people wrote (`emulate`), over HTTP. Changes at GitHub arrive by webhooks in
 * one run and by polling in another.
 */

const ADMIN_TOKEN = 'the-admin-token-of-tests-1234';
const byToken = (access_token: string) => ({ auth_type: 'token', access_token, config: {}, login: OWNER });
const byApp = {
  auth_type: 'github_app',
  private_key: EMULATED_APP.private_key,
  config: { app_id: EMULATED_APP.app_id, installation_id: EMULATED_APP.installation_id },
  login: 'commandcenter[bot]',
};
const ways = [
  { way: 'webhooks', as: 'a person', repository: 'hooked', identity: byToken(EMULATED_TOKENS[0]) },
  { way: 'webhooks', as: 'an App', repository: 'hooked-app', identity: byApp },
  { way: 'polling', as: 'a person', repository: 'polled', identity: byToken(EMULATED_TOKENS[1]) },
] as const;

let github: EmulatedGitHub;
let publicAddress: PublicAddress;
let database: TestDatabase;
let folder: string;
let server: ServerProcess;
let ask: Ask;

before(async () => {
  github = await startEmulatedGitHub(ways.map(({ repository }) => repository));
  publicAddress = await openPublicAddress();
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'commandcenter-emulate-'));
  server = startServerProcess({
    DATA_DIR: folder,
    DATABASE_URL: database.url,
    PUBLIC_URL: publicAddress.url,
    COMMANDCENTER_ADMIN_TOKEN: ADMIN_TOKEN,
    EGRESS_ALLOW: new URL(github.url).host,
  });
  const { url } = await server.ready();
  publicAddress.behind = url;
  ask = (await createAsk(url))(ADMIN_TOKEN);
});
after(async () => {
  await server?.stop('SIGTERM');
  await database?.destroy();
  await publicAddress?.[Symbol.asyncDispose]();
  await github?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

// Run the groups in parallel, because polling mostly waits.
describe('beside an emulated GitHub', { concurrency: true }, () => {
  for (const { way, as, repository, identity } of ways) {
    describe(`as ${as}, told by ${way}`, { concurrency: 1 }, () => {
      const { login, config, ...credentials } = identity;
      const ref = { owner: OWNER, name: repository };
      const issuesPath = `/repos/${OWNER}/${repository}/issues`;
      let projectId: number;
      let integrationId: number;

      const openIssue = (issue: object) => github.act('POST', issuesPath, issue);
      const editIssue = (number: number, change: object) => github.act('PATCH', `${issuesPath}/${number}`, change);
      const tasks = async (): Promise<Json[]> => {
        const { body } = await ask('GET', `/api/v1/tasks?project_id=${projectId}&limit=200`);
        return body.items as unknown as Json[];
      };
      const taskOf = (number: number): Promise<Json> =>
        waitFor(`the task of #${number}`, async () =>
          (await tasks()).find(({ links }) => (links?.[0]?.number as unknown as number) === number),
        );
      const editTask = async (id: unknown, change: object): Promise<void> => {
        const { status, body } = await ask('PATCH', `/api/v1/tasks/${id}`, { body: change });
        assert.equal(status, 200, JSON.stringify(body));
      };
      const createTask = async (task: object): Promise<Json> =>
        (await ask('POST', '/api/v1/tasks', { body: { project_id: projectId, ...task } })).body;
      const post = (path: string, body: object) =>
        ask('POST', `/api/v1/integrations/${integrationId}${path}`, { body });

      const shownTask = ({ title, description, status, priority, labels, assignees, links }: Json) => ({
        title,
        description,
        status,
        priority,
        labels: sorted(labels),
        assignees: sorted(assignees),
        sync_state: links?.[0]?.sync_state,
      });
      const shownIssue = ({ title, body, state, state_reason, labels, assignees }: EmulatedIssue) => ({
        title,
        body: (body ?? '').replace(/\n*<!--[^>]*-->\s*$/, ''),
        state: state === 'closed' ? `closed: ${state_reason}` : state,
        labels: labels.map(({ name }) => name).sort(),
        assignees: assignees.map(({ login }) => login).sort(),
      });
      const both = async (number: number) => ({
        task: shownTask(await taskOf(number)),
        issue: shownIssue(await github.act('GET', `${issuesPath}/${number}`)),
      });
      type Both = Awaited<ReturnType<typeof both>>;
      /** Waits until the task and the issue have the given values. Fails with the difference if they do not get them in time. */
      const eventually = async (number: number, wanted: { task?: object; issue?: object }): Promise<Both> => {
        let seen = await both(number);
        const isThere = (): boolean => {
          try {
            assert.partialDeepStrictEqual(seen, wanted);
            return true;
          } catch {
            return false;
          }
        };
        await waitFor('both sides to agree', async () => {
          seen = await both(number);
          return isThere();
        }).catch(() => assert.partialDeepStrictEqual(seen, wanted));
        return seen;
      };
      /** Waits until nothing is left to process, send or refetch. If there is no webhook, waits until two polls have followed. */
      const quiet = async (): Promise<void> => {
        for (let round = 1; round <= 2; round += 1) {
          const since = new Date();
          await waitFor('quiet', async () => {
            const { db } = database;
            const waiting = await Promise.all([
              db.selectFrom('deliveries').select('id').where('status', '=', 'received').executeTakeFirst(),
              db.selectFrom('outbox').select('id').executeTakeFirst(),
              db.selectFrom('links').select('id').where('refetch_at', 'is not', null).executeTakeFirst(),
            ]);
            if (waiting.some((row) => row !== undefined)) return false;
            if (way === 'webhooks') return true;
            const { body } = await ask('GET', `/api/v1/repositories?name=${repository}`);
            return Date.parse(String(body.items?.[0]?.last_synced_at)) > since.getTime();
          });
        }
      };
      const importAll = async (): Promise<Json> => {
        const started = await post('/github/import', { repository: ref });
        assert.equal(started.status, 202);
        const job = await waitFor('the import', async () => {
          const { body } = await ask('GET', `/api/v1/jobs/${started.body.job_id}`);
          return ['completed', 'failed'].includes(String(body.status)) && body;
        });
        assert.deepEqual([job.status, job.progress, job.error], ['completed', 100, null]);
        return job.result as Json;
      };

      before(async () => {
        await openIssue({ title: 'There before', body: 'Old text', labels: ['priority: low', 'docs'] });
        const { number } = await openIssue({ title: 'Over before' });
        await editIssue(number, { state: 'closed', state_reason: 'not_planned' });
        projectId = (await ask('POST', '/api/v1/projects', { body: { name: repository } })).body
          .id as unknown as number;
        const { status, body } = await ask('POST', '/api/v1/integrations', {
          body: {
            project_id: projectId,
            name: repository,
            integration_type: 'github',
            ...credentials,
            config: {
              ...config,
              api_url: github.url,
              default_labels: ['commandcenter'],
              repositories: [`${OWNER}/${repository}`],
              ...(way === 'polling' ? { poll_seconds: 1 } : { webhook_secret: randomBytes(16).toString('hex') }),
            },
          },
        });
        assert.equal(status, 201, JSON.stringify(body));
        integrationId = body.id as unknown as number;
      });

      it('passes the test of its connection', async () => {
        const { body } = await post('/test', {});
        assert.deepEqual([body.ok, body.account?.login], [true, login], JSON.stringify(body));
      });

      if (way === 'webhooks') {
        it('has its webhook put there through the API', async () => {
          const { status, body } = await post('/github/webhooks', { repository: ref });
          assert.equal(status, 201, JSON.stringify(body));
          const hooks = await github.act<{ id: number; events: string[]; config: { url: string } }[]>(
            'GET',
            `/repos/${OWNER}/${repository}/hooks`,
          );
          assert.deepEqual(
            hooks.map(({ id, config }) => [String(id), config.url]),
            [[body.external_id, `${publicAddress.url}/api/v1/integrations/${integrationId}/webhook`]],
          );
          for (const event of ['issues', 'pull_request', 'push']) assert.ok(hooks[0]?.events.includes(event), event);
        });
      }

      it('imports open and closed issues, once', async () => {
        await importAll();
        await eventually(1, {
          task: { title: 'There before', description: 'Old text', status: 'todo', priority: 'low', labels: ['docs'] },
        });
        await eventually(2, { task: { title: 'Over before', status: 'cancelled', sync_state: 'in_sync' } });
        const again = await importAll();
        assert.deepEqual([again.created, again.updated], [0, 0], JSON.stringify(again));
        assert.equal((await tasks()).length, 2);
      });

      it('makes a task of an issue, with its text, priority, labels and assignees', async () => {
        const { number } = await openIssue({
          title: 'Slow on cold start',
          body: 'Three seconds.\n\n- measured',
          labels: ['Urgent', 'bug'],
          assignees: ['hubot'],
        });
        await eventually(number, {
          task: {
            title: 'Slow on cold start',
            description: 'Three seconds.\n\n- measured',
            status: 'todo',
            priority: 'high',
            labels: ['bug'],
            assignees: ['hubot'],
            sync_state: 'in_sync',
          },
          issue: { labels: ['Urgent', 'bug'] },
        });
      });

      it('carries edits both ways', async () => {
        const { number } = await openIssue({ title: 'First', body: 'One', labels: ['bug', 'critical'] });
        await taskOf(number);
        await editIssue(number, {
          title: 'Second',
          body: 'Two',
          assignees: ['hubot', OWNER],
          labels: ['ui', 'critical'],
        });
        const { id } = await taskOf(number);
        await eventually(number, {
          task: { title: 'Second', description: 'Two', labels: ['ui'], assignees: ['hubot', OWNER], priority: 'high' },
        });
        await editTask(id, {
          title: 'Third',
          description: 'Three',
          priority: 'low',
          labels: ['ui', 'perf'],
          assignees: ['hubot'],
        });
        const issue = {
          title: 'Third',
          body: 'Three',
          labels: ['perf', 'priority: low', 'ui'],
          assignees: ['hubot'],
          state: 'open',
        };
        await eventually(number, { issue, task: { title: 'Third', priority: 'low', sync_state: 'in_sync' } });
      });

      it('closes and reopens both ways, with the reason', async () => {
        const { number } = await openIssue({ title: 'Opened and closed' });
        const { id } = await taskOf(number);
        const theirs = [
          [{ state: 'closed', state_reason: 'completed' }, 'done'],
          [{ state: 'open' }, 'todo'],
          [{ state: 'closed', state_reason: 'not_planned' }, 'cancelled'],
        ] as const;
        for (const [change, status] of theirs) {
          await editIssue(number, change);
          await eventually(number, { task: { status, sync_state: 'in_sync' } });
        }
        const ours = [
          ['in_progress', 'open'],
          ['done', 'closed: completed'],
          ['cancelled', 'closed: not_planned'],
          ['done', 'closed: completed'],
          ['blocked', 'open'],
          ['cancelled', 'closed: not_planned'],
          ['todo', 'open'],
        ];
        for (const [status, state] of ours) {
          await editTask(id, { status });
          await eventually(number, { task: { status, sync_state: 'in_sync' }, issue: { state } });
        }
      });

      it('leaves a task in progress while its issue stays open', async () => {
        const { number } = await openIssue({ title: 'Worked on' });
        await editTask((await taskOf(number)).id, { status: 'in_progress' });
        await editIssue(number, { title: 'Worked on there too' });
        await eventually(number, { task: { title: 'Worked on there too', status: 'in_progress' } });
      });

      it('adds and removes labels both ways, down to none', async () => {
        const { number } = await openIssue({ title: 'Labelled', labels: ['one'] });
        const { id } = await taskOf(number);
        await github.act('POST', `${issuesPath}/${number}/labels`, { labels: ['two', 'PRIORITY: HIGH'] });
        await eventually(number, { task: { labels: ['one', 'two'], priority: 'high' } });
        await github.act('DELETE', `${issuesPath}/${number}/labels/one`);
        await eventually(number, { task: { labels: ['two'], priority: 'high' } });
        await editTask(id, { labels: [], priority: 'medium' });
        await eventually(number, { issue: { labels: [] }, task: { labels: [], sync_state: 'in_sync' } });
        await github.act('POST', `${issuesPath}/${number}/labels`, { labels: ['three'] });
        await eventually(number, { task: { labels: ['three'] } });
        await github.act('DELETE', `${issuesPath}/${number}/labels`);
        // The emulator sends no webhook when all labels are removed, so edit the issue: its webhook then shows the labels.
        if (way === 'webhooks') await editIssue(number, { title: 'Without labels' });
        await eventually(number, { task: { labels: [], priority: 'medium' } });
      });

      it('makes an issue of a task on request, and shows nobody the marker', async () => {
        const task = await createTask({
          title: 'Made here',
          description: 'To be found there',
          priority: 'high',
          labels: ['bug'],
          assignees: ['hubot'],
        });
        const made = await post('/sync/task-to-issue', { task_id: task.id, repository: ref });
        assert.deepEqual([made.status, made.body.action], [200, 'created'], JSON.stringify(made.body));
        const number = made.body.issue_number as unknown as number;
        await eventually(number, {
          task: {
            description: 'To be found there',
            labels: ['bug', 'commandcenter'],
            priority: 'high',
            sync_state: 'in_sync',
          },
          issue: {
            title: 'Made here',
            body: 'To be found there',
            labels: ['bug', 'commandcenter', 'priority: high'],
            assignees: ['hubot'],
          },
        });
        const again = await post('/github/sync/task-to-issue', { task_id: task.id, repository: ref });
        assert.deepEqual([again.status, again.body.action, again.body.issue_number], [200, 'unchanged', number]);
        await editIssue(number, { title: 'Made here, renamed there' });
        await eventually(number, { task: { title: 'Made here, renamed there', description: 'To be found there' } });
        assert.equal((await tasks()).filter(({ title }) => String(title).startsWith('Made here')).length, 1);
      });

      it('keeps an assignee whom GitHub refuses, and sends everything else', async () => {
        const assignees = ['hubot', 'nobody-there'];
        const task = await createTask({ title: 'Two assignees', labels: ['bug'], assignees });
        const made = await post('/sync/task-to-issue', { task_id: task.id, repository: ref });
        assert.equal(made.status, 200, JSON.stringify(made.body));
        const number = made.body.issue_number as unknown as number;
        await eventually(number, {
          task: { assignees, sync_state: 'in_sync' },
          issue: { title: 'Two assignees', labels: ['bug', 'commandcenter'], assignees: ['hubot'] },
        });
        await editTask(task.id, {
          title: 'Three assignees',
          assignees: [...assignees, 'no-one', OWNER],
          labels: ['ui'],
        });
        await eventually(number, {
          task: { assignees: ['hubot', 'no-one', 'nobody-there', OWNER], sync_state: 'in_sync' },
          issue: { title: 'Three assignees', labels: ['ui'], assignees: ['hubot', OWNER] },
        });
      });

      it('brings one issue up to date on request', async () => {
        const { number } = await openIssue({ title: 'By hand' });
        const { id } = await taskOf(number);
        const { status, body } = await post('/sync/issue-to-task', { issue_number: number, repository: ref });
        assert.deepEqual([status, body], [200, { task_id: id, action: 'unchanged' }]);
      });

      it('comes to rest: one task per issue, and echoes change neither side', async () => {
        await quiet();
        const before = { tasks: await tasks(), issues: await github.issues(repository) };
        assert.equal(before.tasks.length, before.issues.length);
        assert.deepEqual(
          new Set(before.tasks.map(({ links }) => links?.[0]?.number)),
          new Set<unknown>(before.issues.map(({ number }) => number)),
        );
        for (const { links } of before.tasks) assert.equal(links?.[0]?.sync_state, 'in_sync');
        await importAll();
        await quiet();
        const steady = (all: Json[]) => all.map(({ id, version, updated_at }) => [id, version, updated_at]);
        assert.deepEqual(steady(await tasks()), steady(before.tasks));
        assert.deepEqual(await github.issues(repository), before.issues);
        const { body } = await ask('GET', `/api/v1/integrations/${integrationId}`);
        assert.deepEqual([body.status, body.error_count], ['active', 0], JSON.stringify(body));
      });
    });
  }
});

function sorted(values: unknown): string[] {
  return [...(values as string[])].sort();
}
