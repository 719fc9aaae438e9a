import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { waitFor } from '../harness/wait-for.ts';
import { type Answer, startTestApplication, type TestApplication } from './test-application.ts';

type Table = 'projects' | 'integrations' | 'repositories';

describe('a request whose object is deleted while it is worked on', () => {
  let app: TestApplication;
  before(async () => {
    app = await startTestApplication({ ROLE: 'api' });
  });
  after(() => app[Symbol.asyncDispose]());

  const make = async (path: string, body: object): Promise<number> => {
    const response = await app.ask('POST', `/api/v1${path}`, { body });
    assert.equal(response.status, 201, JSON.stringify(response.body));
    return Number(response.body.id);
  };
  const project = () => make('/projects', { name: 'Raced' });
  const integration = (project_id: number) =>
    make('/integrations', {
      project_id,
      name: 'GitHub',
      integration_type: 'github',
      auth_type: 'token',
      access_token: `ghp_${project_id}`,
    });

  /**
   * Sends the request while a transaction has deleted the row. The transaction commits as soon as the request, which still sees the row,
   * waits for it.
   */
  async function race(table: Table, id: number, method: string, path: string, body: object): Promise<Answer> {
    const { response } = await app.db.transaction().execute(async (trx) => {
      await sql`delete from ${sql.table(table)} where id = ${id}`.execute(trx);
      const pending = app.ask(method, `/api/v1${path}`, { body });
      await waitFor('the request to wait for the deletion', async () => {
        const { rows } = await sql`
          select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(trx);
        return rows.length > 0;
      });
      return { response: pending };
    });
    return response;
  }

  const creates: [string, (project_id: number) => [path: string, body: object]][] = [
    ['task', (project_id) => ['/tasks', { project_id, title: 'A task' }]],
    ['repository', (project_id) => ['/repositories', { project_id, owner: 'my-org', name: 'raced' }]],
    ['token', (project_id) => ['/tokens', { project_id, name: 'A token', scopes: ['tasks:read'] }]],
    ['trusted repository', (id) => [`/projects/${id}/trusted-repositories`, { repository_id: 5, owner_id: 5 }]],
    [
      'job',
      (project_id) => [
        '/jobs',
        {
          project_id,
          job_type: 'repository_analysis',
          parameters: { repository: { owner: 'my-org', name: 'raced' }, depth: 'quick' },
        },
      ],
    ],
    [
      'integration',
      (project_id) => [
        '/integrations',
        { project_id, name: 'G', integration_type: 'github', auth_type: 'token', access_token: 'ghp_raced' },
      ],
    ],
  ];
  for (const [what, request] of creates) {
    it(`gets 404 where a ${what} is created in a project`, async () => {
      const id = await project();
      const { status, body } = await race('projects', id, 'POST', ...request(id));
      assert.equal(status, 404, JSON.stringify(body));
      assert.match(String(body.detail), /project/);
    });
  }

  it('gets 404 where an import is started with an integration', async () => {
    const id = await project();
    const path = `/integrations/${await integration(id)}/github/import`;
    const { status } = await race('projects', id, 'POST', path, { repository: { owner: 'my-org', name: 'raced' } });
    assert.equal(status, 404);
  });

  it('gets 404 where a repository is connected with an integration', async () => {
    const project_id = await project();
    const repository = await make('/repositories', { project_id, owner: 'my-org', name: 'known' });
    const first = await integration(project_id);
    const patched = await race('integrations', first, 'PATCH', `/repositories/${repository}`, {
      integration_id: first,
    });
    assert.deepEqual([patched.status, patched.body.code], [404, 'not_found']);
    assert.match(String(patched.body.detail), /integration/);
    const integration_id = await integration(project_id);
    const created = { project_id, owner: 'my-org', name: 'raced', integration_id };
    assert.equal((await race('integrations', integration_id, 'POST', '/repositories', created)).status, 404);
  });

  it('gets 404 where the analysis of a repository is requested', async () => {
    const project_id = await project();
    const repository_id = await make('/repositories', { project_id, owner: 'my-org', name: 'raced' });
    const body = { project_id, job_type: 'repository_analysis', parameters: { repository_id, depth: 'quick' } };
    const { status, body: problem } = await race('repositories', repository_id, 'POST', '/jobs', body);
    assert.equal(status, 404);
    assert.match(String(problem.detail), /repository/);
  });

  it('gets 503 with Retry-After where the database gives the change up for another one', async () => {
    await sql`
      create function give_up() returns trigger language plpgsql as
        $$ begin raise exception 'deadlock detected' using errcode = 'deadlock_detected'; end $$`.execute(app.db);
    await sql`create trigger give_up before insert on trusted_repositories execute function give_up()`.execute(app.db);
    const response = await app.ask('POST', '/api/v1/projects/1/trusted-repositories', {
      body: { repository_id: 7, owner_id: 7 },
    });
    assert.deepEqual(
      [response.status, response.body.code, response.headers.get('retry-after')],
      [503, 'database.busy', '1'],
    );
  });
});
