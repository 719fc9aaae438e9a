import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestApplication, type TestApplication } from './test-application.ts';

describe('API tokens', () => {
  let app: TestApplication;
  let otherProject: number;

  before(async () => {
    app = await startTestApplication();
    const { body } = await app.ask('POST', '/api/v1/projects', { body: { name: 'Another' } });
    otherProject = Number(body.id);
  });
  after(() => app[Symbol.asyncDispose]());

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
