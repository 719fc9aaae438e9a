import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { type FakeGitHub, startFakeGitHub } from '@commandcenter/fake-github';
import { integration as githubDefinition } from '@commandcenter/integration-github';
import { runCommandcenter } from '../../../cli/test/harness/run-commandcenter.ts';
import { createRegistry } from '../../src/integrations/registry.ts';
import { waitFor } from '../harness/wait-for.ts';
import { trackerDefinition } from '../webhooks/tracker-integration.ts';
import type { Json } from './ask.ts';
import { ADMIN_TOKEN, type Answer, startTestApplication, type TestApplication } from './test-application.ts';

const REPOSITORY = 'my-org/my-repo';
const repository = { owner: 'my-org', name: 'my-repo' };
const ISSUES = 250;
const SECRET = 'a-webhook-secret-of-tests';
const PUBLIC_URL = 'https://commandcenter.example';

describe('a repository at GitHub, over HTTP', () => {
  let github: FakeGitHub;
  let app: TestApplication;
  let token: string;
  let id: number;

  before(async () => {
    github = await startFakeGitHub();
    github.state.addOrganization('my-org');
    github.state.addRepository({ ...repository, collaborators: { 'cc-bot': 'admin' } });
    github.state.addIssues({
      repository: REPOSITORY,
      count: ISSUES,
      make: (index) => ({ title: `Issue ${index + 1}`, labels: index === 0 ? ['urgent'] : [] }),
    });
    github.state.closeIssue({ repository: REPOSITORY, number: 2, reason: 'not_planned' });
    github.state.addPullRequest({ repository: REPOSITORY, title: 'No issue', head: 'topic' });
    token = github.state.addToken({ login: 'cc-bot' });
    const registry = createRegistry([githubDefinition, trackerDefinition]);
    app = await startTestApplication({ EGRESS_ALLOW: '127.0.0.1', PUBLIC_URL }, registry);
    id = await createIntegration({ webhook_secret: SECRET });
  });
  after(async () => {
    await app[Symbol.asyncDispose]();
    assert.deepEqual(github.violations, []);
    await github.close();
  });

  const createIntegration = async (config: object, access_token = token): Promise<number> => {
    const { status, body } = await app.ask('POST', '/api/v1/integrations', {
      body: {
        project_id: 1,
        name: `GitHub ${randomUUID()}`,
        integration_type: 'github',
        auth_type: 'token',
        access_token,
        config: { api_url: github.url, ...config },
      },
    });
    assert.equal(status, 201, JSON.stringify(body));
    return body.id as unknown as number;
  };
  /** Creates another integration of the project, with its own credential. */
  const createAnother = (config: object): Promise<number> =>
    createIntegration(config, github.state.addToken({ login: 'cc-bot' }));
  const startImport = (body: object): Promise<Answer> =>
    app.ask('POST', `/api/v1/integrations/${id}/github/import`, { body });
  const ended = ({ status, headers, body: { job_id } }: Answer): Promise<Json> => {
    assert.equal(status, 202);
    assert.equal(headers.get('location'), `/api/v1/jobs/${job_id}`);
    return waitFor('the end of the job', async () => {
      const { body } = await app.ask('GET', `/api/v1/jobs/${job_id}`);
      return !['pending', 'running'].includes(String(body.status)) && body;
    });
  };
  const countTasks = async (): Promise<number> => (await app.db.selectFrom('tasks').select('id').execute()).length;
  const installHook = (integrationId: number, where: object = repository): Promise<Answer> =>
    app.ask('POST', `/api/v1/integrations/${integrationId}/github/webhooks`, { body: { repository: where } });

  describe('its import', () => {
    it('dry lists what it would make, and makes nothing', async () => {
      const job = await ended(await startImport({ repository, dry_run: true }));
      assert.deepEqual([job.status, job.progress], ['completed', 100]);
      const { created, would, dry_run } = job.result as Json;
      assert.deepEqual([dry_run, created], [true, ISSUES]);
      assert.deepEqual(would?.[0], {
        action: 'create',
        number: 1,
        title: 'Issue 1',
        url: 'https://github.com/my-org/my-repo/issues/1',
      });
      assert.equal(await countTasks(), 0);
      assert.equal((await app.ask('GET', '/api/v1/repositories')).body.items?.length, 0);
    });

    it('is followed to its end, by a follower that comes back too', async () => {
      const gate = Promise.withResolvers<void>();
      github.fault({ kind: 'delay', method: 'GET', path: /\/issues$/, until: gate.promise });
      const started = await startImport({ repository });
      const path = `${app.url}/api/v1/jobs/${started.body.job_id}/events`;
      const follow = (headers: Record<string, string>, signal?: AbortSignal): Promise<Response> =>
        fetch(path, {
          headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...headers },
          ...(signal === undefined ? {} : { signal }),
        });

      const leaving = new AbortController();
      let seen = '';
      const decoder = new TextDecoder();
      for await (const chunk of (await follow({}, leaving.signal)).body ?? []) {
        seen += decoder.decode(chunk, { stream: true });
        if (eventsIn(seen).length > 0) break;
      }
      leaving.abort();
      const [first] = eventsIn(seen);
      assert.equal(first?.type, 'progress');
      assert.equal(first.data.current_step, 'Looking up my-org/my-repo');

      const rest = (await follow({ 'last-event-id': String(first.id) })).text();
      gate.resolve();
      const job = await ended(started);
      assert.deepEqual([job.status, job.progress, job.error], ['completed', 100, null]);
      const events = eventsIn(await rest);
      assert.ok(events.every((event) => event.id > first.id));
      assert.equal(events.at(-1)?.type, 'completed');
      const percents = events.filter(({ type }) => type === 'progress').map(({ data }) => Number(data.progress));
      assert.deepEqual(
        percents,
        percents.toSorted((left, right) => left - right),
      );
    });

    it('made one task of each issue, open or closed, and none of a pull request', async () => {
      assert.equal(await countTasks(), ISSUES);
      const task = async (title: string): Promise<Json> =>
        (await app.ask('GET', `/api/v1/tasks?q=${encodeURIComponent(title)}`)).body.items?.[0] as Json;
      assert.equal((await task('Issue 250')).links?.[0]?.sync_state, 'in_sync');
      const { body } = await app.ask('GET', '/api/v1/tasks?status=cancelled');
      assert.deepEqual(
        (body.items as unknown as Json[]).map(({ title }) => title),
        ['Issue 2'],
      );
      const urgent = await app.ask('GET', '/api/v1/tasks?priority=high');
      assert.deepEqual(
        (urgent.body.items as unknown as Json[]).map(({ title, labels }) => [title, labels]),
        [['Issue 1', []]],
      );
    });

    it('repeated makes no twin, and writes nothing there', async () => {
      const { result } = await ended(await startImport({ repository: { owner: 'My-Org', name: 'MY-REPO' } }));
      assert.deepEqual([result?.created, result?.updated, result?.repository], [0, 0, REPOSITORY]);
      assert.equal(await countTasks(), ISSUES);
      assert.equal(
        github.requests.count(({ method }) => method !== 'GET'),
        0,
      );
    });

    it('is told in a sentence by the command line, and a dry run with a line for each change', async () => {
      github.state.addIssue({ repository: REPOSITORY, title: 'Found by the command line' });
      const outputOf = async (...options: string[]): Promise<string[]> => {
        const args = ['import', REPOSITORY, '--server', app.url, '--token', ADMIN_TOKEN, '--integration', String(id)];
        const { code, stdout, stderr } = await runCommandcenter([...args, ...options]);
        assert.equal(code, 0, stderr);
        return stdout.trim().split('\n');
      };
      const [dry, change] = await outputOf('--dry-run');
      assert.equal(dry, 'Compared 251 issues and changed nothing: 1 task would be created, 250 unchanged.');
      assert.match(String(change), /^ {2}create #\d+ Found by the command line$/);
      assert.deepEqual(await outputOf(), ['Compared 251 issues: 1 task created, 250 unchanged.']);
    });

    it('reports the error class and a remedy when the repository does not exist', async () => {
      const job = await ended(await startImport({ repository: { owner: 'my-org', name: 'nowhere' } }));
      assert.equal(job.status, 'failed');
      assert.equal(job.error?.class, 'not_found');
      assert.match(String(job.error?.detail), /404 to GET \/repos\/my-org\/nowhere/);
      assert.match(String(job.error?.remedy), /Check the name/);
      const { body } = await app.ask('GET', `/api/v1/integrations/${id}`);
      assert.deepEqual([body.enabled, body.error_count], [true, 0]);
    });

    it('is refused while the integration is disabled: 409', async () => {
      const disabled = await createAnother({});
      await app.ask('PATCH', `/api/v1/integrations/${disabled}`, { body: { enabled: false } });
      const { status, body } = await app.ask('POST', `/api/v1/integrations/${disabled}/github/import`, {
        body: { repository },
      });
      assert.deepEqual([status, body.code], [409, 'integration.disabled']);
    });
  });

  describe('its webhook', () => {
    it('is created with our URL, the secret, JSON and every event that a repository hook can send', async () => {
      const { status, body } = await installHook(id);
      const [hook, ...more] = github.state.hooksOf(REPOSITORY);
      assert.equal(more.length, 0);
      const url = `${PUBLIC_URL}/api/v1/integrations/${id}/webhook`;
      assert.deepEqual([status, body], [201, { external_id: String(hook?.id), url, created: true }]);
      assert.deepEqual(
        [hook?.url, hook?.secret, hook?.contentType, hook?.insecureSsl, hook?.active],
        [url, SECRET, 'json', '0', true],
      );
      const handled = githubDefinition.manifest.webhook?.events ?? [];
      const ofRepositories = handled.filter((event) => !event.startsWith('installation'));
      assert.deepEqual(hook?.events.toSorted(), ofRepositories.toSorted());
    });

    it('is brought up to date, not doubled, when it is asked for again', async () => {
      const [hook] = github.state.hooksOf(REPOSITORY);
      assert.ok(hook !== undefined);
      hook.active = false;
      hook.secret = 'an old one';
      const { status, body } = await installHook(id);
      assert.deepEqual([status, body.created], [200, false]);
      const hooks = github.state.hooksOf(REPOSITORY);
      assert.deepEqual(
        hooks.map(({ active, secret }) => [active, secret]),
        [[true, SECRET]],
      );
    });

    it('needs a secret (409), a repository that is there (404) and a token that may (403)', async () => {
      const without = await createAnother({});
      const refused = await installHook(without);
      assert.deepEqual([refused.status, refused.body.code], [409, 'integration.no_webhook_secret']);
      assert.match(String(refused.body.detail), /webhook_secret/);
      const nowhere = await installHook(id, { owner: 'my-org', name: 'nowhere' });
      assert.equal(nowhere.status, 404, JSON.stringify(nowhere.body));
      const reader = await app.as({ scopes: ['integrations:read'] });
      const forbidden = await reader('POST', `/api/v1/integrations/${id}/github/webhooks`, { body: { repository } });
      assert.equal(forbidden.status, 403);
      assert.match(String(forbidden.body.detail), /integrations:write/);
    });

    it('goes with the integration', async () => {
      const other = await createAnother({ webhook_secret: 'another-secret-of-tests' });
      assert.equal((await installHook(other)).status, 201);
      assert.equal(github.state.hooksOf(REPOSITORY).length, 2);
      assert.equal((await app.ask('DELETE', `/api/v1/integrations/${other}`)).status, 204);
      const urls = await waitFor('the hook to be gone', () => {
        const hooks = github.state.hooksOf(REPOSITORY);
        return hooks.length === 1 && hooks.map(({ url }) => url);
      });
      assert.deepEqual(urls, [`${PUBLIC_URL}/api/v1/integrations/${id}/webhook`]);
    });
  });

  it("has Projects with columns and items, its organisation's and a person's", async () => {
    github.state.addUser('ada');
    for (const owner of ['my-org', 'ada']) {
      const project = github.state.addProject({ owner, title: `Board of ${owner}`, public: true });
      github.state.addProjectItem({ project, content: { repository: REPOSITORY, number: 3 }, status: 'In Progress' });
      github.state.addProjectItem({ project, content: { title: 'A draft' } });
      const at = `/api/v1/integrations/${id}/github/projects`;
      const list = await app.ask('GET', `${at}?owner=${owner}`);
      assert.equal(list.status, 200, JSON.stringify(list.body));
      assert.deepEqual(
        (list.body.items as unknown as Json[]).map(({ title, closed }) => [title, closed]),
        [[`Board of ${owner}`, false]],
      );
      const columns = await app.ask('GET', `${at}/${project.number}/columns?owner=${owner}`);
      assert.deepEqual(
        (columns.body.items as unknown as Json[]).map(({ name }) => name),
        ['Todo', 'In Progress', 'Done'],
      );
      const titles: unknown[] = [];
      for (let cursor: unknown = ''; cursor !== null; ) {
        const next = cursor === '' ? '' : `&cursor=${cursor}`;
        const page = await app.ask('GET', `${at}/${project.number}/items?owner=${owner}&limit=1${next}`);
        assert.equal(page.status, 200, JSON.stringify(page.body));
        titles.push(...(page.body.items as unknown as Json[]).map(({ title, column, kind }) => [title, column, kind]));
        cursor = page.body.next_cursor;
      }
      assert.deepEqual(titles, [
        ['Issue 3', 'In Progress', 'issue'],
        ['A draft', null, 'draft'],
      ]);
      assert.equal((await app.ask('GET', `${at}/99/columns?owner=${owner}`)).status, 404);
    }
    const { status, body } = await app.ask('GET', `/api/v1/integrations/${id}/github/projects`);
    assert.deepEqual([status, body.errors?.[0]?.pointer], [422, '/owner']);
  });

  it('is nothing for an integration whose type has no issues, webhooks or boards: 422 that says so', async () => {
    const { body } = await app.ask('POST', '/api/v1/integrations', {
      body: { project_id: 1, name: 'Tracker', integration_type: 'tracker', auth_type: 'token' },
    });
    const at = `/api/v1/integrations/${body.id}`;
    for (const [method, path, what] of [
      ['POST', '/tracker/import', 'issues'],
      ['POST', '/tracker/webhooks', 'webhooks that can be made from here'],
      ['POST', '/sync/issue-to-task', 'issues'],
      ['POST', '/tracker/sync/task-to-issue', 'issues'],
      ['GET', '/tracker/projects?owner=my-org', 'projects'],
      ['GET', '/tracker/projects/1/columns?owner=my-org', 'projects'],
      ['GET', '/tracker/projects/1/items?owner=my-org', 'projects'],
    ] as const) {
      const numbers = path.endsWith('issue-to-task') ? { issue_number: 1 } : { task_id: 1 };
      const asked = { repository, ...(path.includes('/sync/') ? numbers : {}) };
      const response = await app.ask(method, at + path, method === 'POST' ? { body: asked } : {});
      assert.deepEqual([response.status, response.body.code], [422, 'integration.capability_missing'], path);
      assert.ok(
        String(response.body.detail).includes(`"tracker", which has no ${what}.`),
        String(response.body.detail),
      );
    }
    const wrong = await app.ask('POST', `${at}/github/import`, { body: { repository } });
    assert.equal(wrong.status, 404);
    assert.match(String(wrong.body.detail), /of type "tracker"/);
  });
});

interface StreamedEvent {
  id: number;
  type: string;
  data: Record<string, unknown>;
}

const eventsIn = (stream: string): StreamedEvent[] =>
  [...stream.matchAll(/id: (\d+)\nevent: (\w+)\ndata: (.*)\n\n/g)].map(([, id, type = '', data = '']) => ({
    id: Number(id),
    type,
    data: JSON.parse(data),
  }));
