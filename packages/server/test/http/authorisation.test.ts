import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Scope, scopes } from '../../src/domain/scope.ts';
import { completedAnalysis } from '../analysis/report-fixture.ts';
import { type DescribedApi, type DescribedOperation, describedApi, type OpenApi } from './described-api.ts';
import { type Ask, startTestApplication, type TestApplication } from './test-application.ts';

/** Objects of project 1, one of each kind that a path names. */
interface Objects {
  project: number;
  repository: number;
  task: number;
  integration: number;
  job: number;
  delivery: number;
  token: number;
  trusted: number;
}

describe('authorisation', () => {
  let app: TestApplication;
  let api: DescribedApi;
  let objects: Objects;
  let otherProject: number;

  before(async () => {
    app = await startTestApplication({ EGRESS_ALLOW: '127.0.0.1' });
    api = describedApi((await (await fetch(`${app.url}/openapi.json`)).json()) as OpenApi);
    objects = await makeObjects(app);
    const { body } = await app.ask('POST', '/api/v1/projects', { body: { name: 'Another' } });
    otherProject = body.id as unknown as number;
  });
  after(() => app[Symbol.asyncDispose]());

  const guarded = (): DescribedOperation[] =>
    api.operations.filter(({ operation }) => operation.security[0]?.bearer !== undefined);
  const call = (ask: Ask, operation: DescribedOperation) => {
    const body = exampleBody(api, operation);
    return ask(operation.method, pathOf(operation.path, objects), body === undefined ? {} : { body });
  };
  const name = ({ method, path }: DescribedOperation): string => `${method} ${path}`;

  it('describes who may call every route of the API', () => {
    assert.ok(guarded().length >= 40, String(guarded().length));
    const open = api.operations.filter(
      ({ path, operation }) => path.startsWith('/api/') && operation.security.length !== 1,
    );
    assert.deepEqual(open.map(name).sort(), [
      'GET /api/v1/health',
      // Also by a signed link, which test/http/analysis-reports.test.ts tries.
      'GET /api/v1/jobs/{id}/report.html',
      'POST /api/v1/integrations/{target}/webhook',
      // By GitHub's id token, which test/http/github-oidc.test.ts tries.
      'POST /api/v1/tokens/github-oidc',
    ]);
  });

  it('refuses without a token, whatever else is wrong', async () => {
    for (const operation of guarded()) {
      const { status, body } = await call(app.withToken(undefined), operation);
      assert.deepEqual([status, body.code], [401, 'token.missing'], name(operation));
    }
  });

  it('refuses unknown, mistyped, revoked and expired tokens', async () => {
    const { body: revoked } = await app.ask('POST', '/api/v1/tokens', { body: { name: 'r', scopes: [...scopes] } });
    await app.ask('DELETE', `/api/v1/tokens/${revoked.id}`);
    const { body: expired } = await app.ask('POST', '/api/v1/tokens', { body: { name: 'e', scopes: [...scopes] } });
    await app.db
      .updateTable('api_tokens')
      .set({ expires_at: new Date(Date.now() - 1000) })
      .where('id', '=', expired.id as unknown as number)
      .execute();
    for (const token of ['nonsense', `${expired.token}x`, String(revoked.token), String(expired.token)]) {
      for (const operation of guarded()) {
        assert.equal((await call(app.withToken(token), operation)).status, 401, name(operation));
      }
    }
    assert.equal((await app.withToken('nonsense')('GET', '/api/v1/health')).status, 401);
  });

  it('names the scope that a token lacks', async () => {
    const without = new Map<string, Ask>();
    for (const operation of guarded()) {
      for (const scope of operation.operation.security[0]?.bearer ?? []) {
        let ask = without.get(scope);
        if (ask === undefined) {
          ask = await app.as({ scopes: scopes.filter((one) => one !== scope) });
          without.set(scope, ask);
        }
        const { status, body } = await call(ask, operation);
        assert.deepEqual(
          [status, body.code, body.required_scope],
          [403, 'token.scope_missing', scope],
          name(operation),
        );
        assert.match(String(body.detail), new RegExp(`"${scope}"`));
      }
    }
    assert.ok(without.size >= 11);
  });

  it("answers 404 for another project's objects and lists, and shows nothing of them in lists of all", async () => {
    const outsider = await app.as({ scopes: [...scopes], project_id: otherProject });
    for (const operation of guarded()) {
      const { status, body } = await call(outsider, operation);
      const label = name(operation);
      if (operation.path === '/api/v1/projects' && operation.method === 'POST') {
        assert.deepEqual([status, body.code], [403, 'token.bound_to_project'], label);
      } else if (operation.operation.operationId.startsWith('list') && !operation.path.includes('{')) {
        assert.equal(status, 200, label);
        const seen = body.items as unknown as { project_id?: number; id: number }[];
        assert.ok(
          seen.every((item) => (item.project_id ?? item.id) === otherProject),
          `${label}: ${JSON.stringify(seen)}`,
        );
        if (operation.operation.parameters.some((parameter) => parameter.name === 'project_id')) {
          assert.equal((await outsider('GET', `${operation.path}?project_id=1`)).status, 404, label);
        }
      } else assert.equal(status, 404, `${label}: ${JSON.stringify(body)}`);
    }
  });

  it('lets the right token in', async () => {
    for (const operation of guarded()) {
      // Operations that read from GitHub are tested with a real response in the test of the guide.
      if (operation.method !== 'GET' || operation.path.includes('/github/')) continue;
      const needed = (operation.operation.security[0]?.bearer ?? []) as Scope[];
      const ask = await app.as({ scopes: needed.length === 0 ? ['tasks:read'] : needed, project_id: 1 });
      const { status } = await call(ask, operation);
      assert.ok([200, 204].includes(status), `${name(operation)}: ${status}`);
    }
  });

  it('lets a token make only tokens that can do, see and last less', async () => {
    const { body } = await app.ask('POST', '/api/v1/tokens', {
      body: {
        name: 'maker',
        scopes: ['tokens:write', 'tasks:read'],
        project_id: 1,
        expires_at: '2099-01-01T00:00:00Z',
      },
    });
    const maker = app.withToken(String(body.token));
    const make = (wanted: Record<string, unknown>) =>
      maker('POST', '/api/v1/tokens', { body: { name: 'made', scopes: ['tasks:read'], ...wanted } });
    assert.equal((await make({ scopes: ['tasks:write'] })).body.required_scope, 'tasks:write');
    assert.equal((await make({ project_id: otherProject })).status, 404);
    assert.equal((await make({ expires_at: '2099-01-02T00:00:00Z' })).status, 422);
    assert.equal((await make({ expires_at: '2001-01-01T00:00:00Z' })).status, 422);
    const made = await make({ project_id: null });
    assert.deepEqual([made.body.project_id, made.body.expires_at], [1, '2099-01-01T00:00:00.000Z']);
    assert.match(String(made.body.token), /^cct_[0-9a-z]{39}$/);
    const listed = await maker('GET', '/api/v1/tokens');
    assert.doesNotMatch(JSON.stringify(listed.body), new RegExp(String(made.body.token)));
  });

  it('notes that a token is used', async () => {
    const ask = await app.as({ scopes: ['tasks:read'] });
    await ask('GET', '/api/v1/tasks');
    const { body } = await app.ask('GET', '/api/v1/tokens?limit=200');
    const used = (body.items as unknown as { last_used_at: string | null }[]).at(-1);
    assert.ok(used?.last_used_at);
  });
});

describe('every example of the API description', () => {
  it('is as its schema says', async () => {
    await using app = await startTestApplication();
    const { document, checkExample } = describedApi((await (await fetch(`${app.url}/openapi.json`)).json()) as OpenApi);
    const names = Object.keys(document.components.schemas);
    assert.ok(names.length > 25);
    for (const name of names) {
      for (const example of document.components.schemas[name]?.examples ?? []) {
        assert.deepEqual(checkExample(name, example), [], name);
      }
    }
  });
});

async function makeObjects(app: TestApplication): Promise<Objects> {
  const make = async (path: string, body: object): Promise<number> => {
    const answer = await app.ask('POST', path, { body });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body.id as unknown as number;
  };
  const repository = await make('/api/v1/repositories', { project_id: 1, owner: 'my-org', name: 'known' });
  const task = await make('/api/v1/tasks', { project_id: 1, title: 'A task' });
  const integration = await make('/api/v1/integrations', {
    project_id: 1,
    name: 'GitHub',
    integration_type: 'github',
    auth_type: 'token',
    access_token: 'ghp_x',
    // Nothing listens there.
    config: { api_url: 'http://127.0.0.1:9/api/v3' },
  });
  const { id: job } = await completedAnalysis(app.db, { id: repository, project_id: 1 });
  const token = await make('/api/v1/tokens', { name: 'A token', scopes: ['tasks:read'], project_id: 1 });
  const trusted = await make('/api/v1/projects/1/trusted-repositories', { repository_id: 5, owner_id: 5 });
  const { id: delivery } = await app.db
    .insertInto('deliveries')
    .values({
      integration_id: integration,
      project_id: 1,
      integration_type: 'github',
      event: 'issues',
      delivery_guid: 'one',
      status: 'ignored',
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { project: 1, repository, task, integration, job, delivery, token, trusted };
}

/** `/api/v1/tasks/{id}/history` of the task that there is. */
function pathOf(path: string, objects: Objects): string {
  const resource = path.split('/')[3] ?? '';
  const kind = resource.replace(/ies$/, 'y').replace(/s$/, '') as keyof Objects;
  const query = path.includes('/github/projects') ? '?owner=my-org' : '';
  const ids = { '{id}': objects[kind], '{trusted_id}': objects.trusted, '{number}': 1 };
  return path.replaceAll(/\{\w+\}/g, (name) => String(ids[name as keyof typeof ids])) + query;
}

function exampleBody({ document }: DescribedApi, { operation }: DescribedOperation): unknown {
  const ref = operation.requestBody?.content['application/json']?.schema.$ref;
  if (ref === undefined) return undefined;
  return document.components.schemas[ref.split('/').at(-1) ?? '']?.examples?.[0];
}
