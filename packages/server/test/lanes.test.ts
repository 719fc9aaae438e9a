import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type FakeGitHub, startFakeGitHub } from '@commandcenter/fake-github';
import { ApiError } from '../src/errors.ts';
import { createTask } from '../src/sync/commands/edit-task.ts';
import { syncTaskToIssue } from '../src/sync/commands/task-to-issue.ts';
import { waitFor } from './harness/wait-for.ts';
import type { Json } from './http/ask.ts';
import { type Ask, startTestApplication, type TestApplication } from './http/test-application.ts';
import { person } from './sync/fixtures.ts';

const CREATES = 1000;
const IMPORTS = 12;
const ISSUES = 100;
const ALWAYS = Number.POSITIVE_INFINITY;

/** A project with its own GitHub. */
interface Side extends AsyncDisposable {
  github: FakeGitHub;
  projectId: number;
  integrationId: number;
  /** Sends requests with a token of this project. */
  ask: Ask;
}

describe('three projects with a GitHub each', () => {
  let app: TestApplication;
  /** The project whose GitHub refuses every create. */
  let refusing: Side;
  /** The project whose GitHub never responds. */
  let silent: Side;
  let healthy: Side;

  before(async () => {
    app = await startTestApplication({ EGRESS_ALLOW: '127.0.0.1' });
    refusing = await addSide('Refusing');
    silent = await addSide('Silent');
    healthy = await addSide('Healthy');
    const names = Array.from({ length: IMPORTS }, (_, index) => `repository-${index}`);
    for (const name of names)
      silent.github.state.addRepository({ owner: 'org', name, collaborators: { bot: 'admin' } });
    healthy.github.state.addIssues({
      repository: 'org/repo',
      count: ISSUES,
      make: (index) => ({ title: `Issue ${index + 1}` }),
    });
    const refusal = { message: 'Resource not accessible by personal access token' };
    refusing.github.fault({
      kind: 'status',
      status: 403,
      body: refusal,
      method: 'POST',
      path: /\/issues$/,
      times: ALWAYS,
    });
    silent.github.fault({ kind: 'hang', path: /./, times: ALWAYS });
  });
  after(async () => {
    await app[Symbol.asyncDispose]();
    for (const side of [refusing, silent, healthy]) await side[Symbol.asyncDispose]();
  });

  async function addSide(name: string): Promise<Side> {
    const github = await startFakeGitHub();
    github.state.addOrganization('org');
    github.state.addRepository({ owner: 'org', name: 'repo', collaborators: { bot: 'admin' } });
    const projectId = Number((await app.ask('POST', '/api/v1/projects', { body: { name } })).body.id);
    const { body } = await app.ask('POST', '/api/v1/integrations', {
      body: {
        project_id: projectId,
        name: `GitHub of ${name}`,
        integration_type: 'github',
        auth_type: 'token',
        access_token: github.state.addToken({ login: 'bot' }),
        config: { api_url: github.url },
      },
    });
    const ask = await app.as({
      project_id: projectId,
      scopes: ['jobs:read', 'jobs:create', 'tasks:read', 'tasks:write', 'integrations:read', 'integrations:write'],
    });
    return { github, projectId, integrationId: Number(body.id), ask, [Symbol.asyncDispose]: () => github.close() };
  }

  const startImport = async ({ ask, integrationId }: Side, name = 'repo'): Promise<number> => {
    const body = { repository: { owner: 'org', name } };
    const started = await ask('POST', `/api/v1/integrations/${integrationId}/github/import`, { body });
    assert.equal(started.status, 202);
    return Number(started.body.job_id);
  };
  const job = async ({ ask }: Side, id: number): Promise<Json> => (await ask('GET', `/api/v1/jobs/${id}`)).body;
  /**
   * Requests an issue for a new task of the refusing project. Returns the job that follows the request, or nothing if it was refused at
   * once.
   */
  const wantIssue = async (): Promise<number[]> => {
    const { projectId, integrationId } = refusing;
    const repository = { owner: 'org', name: 'repo' };
    const { id: taskId } = await app.db
      .transaction()
      .execute((trx) => createTask(trx, { projectId, fields: { title: 'Refused' }, actor: person }));
    const request = { integrationId, taskId, repository, actor: person, waitMs: 0 };
    const started = await syncTaskToIssue(app, request).catch((error: unknown) => {
      if (error instanceof ApiError && error.code === 'sync.refused') return null;
      throw error;
    });
    if (started === null) return [];
    assert.ok('job_id' in started);
    return [started.job_id];
  };
  const lanes = async ({ ask }: Side): Promise<Json[]> =>
    (await ask('GET', '/api/v1/health')).body.parts?.lanes as unknown as Json[];

  it('do not delay each other: creates that are refused and a silent GitHub take no slot from a third import', async () => {
    const followed: number[] = [];
    while (followed.length < CREATES)
      followed.push(...(await Promise.all(Array.from({ length: 20 }, wantIssue))).flat());
    const stuck: number[] = [];
    for (let index = 0; index < IMPORTS; index += 1) stuck.push(await startImport(silent, `repository-${index}`));
    await waitFor('a stuck import', async () => String((await job(silent, stuck[0] ?? 0)).status) === 'running');

    const imported = await startImport(healthy);
    const done = await waitFor('the import of the third project', async () => {
      const body = await job(healthy, imported);
      return body.completed_at !== null && body;
    });
    assert.deepEqual([done.status, (done.result as Json).created], ['completed', ISSUES]);

    const fields = { project_id: healthy.projectId, title: 'Written while others cannot write' };
    const task = await healthy.ask('POST', '/api/v1/tasks', { body: fields });
    const path = `/api/v1/integrations/${healthy.integrationId}/github/sync/task-to-issue`;
    const request = { task_id: task.body.id, repository: { owner: 'org', name: 'repo' } };
    const created = await healthy.ask('POST', path, { body: request });
    assert.deepEqual([created.status, created.body.action], [200, 'created']);

    // The projects with a refusing and a silent GitHub still have their problems, and those appear only in the health of these two
    // projects.
    assert.equal((await job(refusing, followed.at(-1) ?? 0)).status, 'pending');
    for (const id of stuck) assert.ok(['pending', 'running'].includes(String((await job(silent, id)).status)));
    const ofOthers = await lanes(refusing);
    assert.ok(ofOthers.some(({ queue }) => String(queue) === 'creates'));
    assert.ok(ofOthers.every(({ project_id }) => Number(project_id) === refusing.projectId));
    const own = (await lanes(healthy)).filter(({ waiting }) => Number(waiting) > 0);
    assert.deepEqual(own, []);
    const { body: integration } = await healthy.ask('GET', `/api/v1/integrations/${healthy.integrationId}/health`);
    assert.deepEqual([integration.status, integration.error_count], ['active', 0]);
    assert.equal((await app.withToken(undefined)('GET', '/api/v1/health')).body.status, 'ok');
  });

  it('cancels a create that waits at once, and a stuck import too', async () => {
    const { body } = await refusing.ask('GET', '/api/v1/jobs?status=pending&job_type=task_to_issue&limit=1');
    const waiting = Number((body.items as unknown as Json[])[0]?.id);
    const cancelled = await refusing.ask('POST', `/api/v1/jobs/${waiting}/cancel`);
    assert.deepEqual([cancelled.status, cancelled.body.status], [200, 'cancelled']);
    assert.match(String((cancelled.body.result as Json).detail), /still being sent/);
    const { body: running } = await silent.ask('GET', '/api/v1/jobs?limit=1');
    const stuck = Number((running.items as unknown as Json[])[0]?.id);
    await silent.ask('POST', `/api/v1/jobs/${stuck}/cancel`);
    await waitFor(
      'the stuck import to be cancelled',
      async () => String((await job(silent, stuck)).status) === 'cancelled',
    );
  });
});
