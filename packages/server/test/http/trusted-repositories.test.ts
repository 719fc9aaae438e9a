import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { GITHUB_ISSUER } from '../../src/accounts/github-oidc/workflow-identity.ts';
import { type Answer, startTestApplication, type TestApplication } from './test-application.ts';

const PATH = '/api/v1/projects/1/trusted-repositories';

describe("a project's trusted repositories", () => {
  let app: TestApplication;
  before(async () => {
    app = await startTestApplication();
  });
  after(() => app[Symbol.asyncDispose]());
  const add = (body: object, path = PATH): Promise<Answer> => app.ask('POST', path, { body });

  it('are added by their ids, at github.com unless said otherwise, and listed with them', async () => {
    const { status, body } = await add({ repository_id: 11, owner_id: 2, name: 'acme/web' });
    assert.equal(status, 201);
    const { id, created_at, ...rest } = body as unknown as Record<string, unknown>;
    assert.deepEqual(rest, {
      project_id: 1,
      issuer: GITHUB_ISSUER,
      repository_id: 11,
      owner_id: 2,
      name: 'acme/web',
      last_used_at: null,
    });
    // Ids are only unique within one installation of GitHub, so another issuer may have the same ones.
    const enterprise = 'https://github.acme.example/_services/token';
    assert.equal((await add({ repository_id: 11, owner_id: 2, issuer: enterprise })).status, 201);
    const first = await app.ask('GET', `${PATH}?limit=1`);
    assert.deepEqual(first.body.items?.[0], body);
    const second = await app.ask('GET', `${PATH}?limit=1&cursor=${first.body.next_cursor}`);
    assert.deepEqual([second.body.items?.[0]?.issuer, second.body.next_cursor], [enterprise, null]);
  });

  it('are each there once, and a new owner is not taken for the old one', async () => {
    const { body } = await add({ repository_id: 12, owner_id: 2 });
    const again = await add({ repository_id: 12, owner_id: 2 });
    assert.deepEqual([again.status, again.body.code], [409, 'trusted_repository.exists']);
    assert.equal(again.body.trusted_repository_id, body.id);
    const handedOn = await add({ repository_id: 12, owner_id: 3 });
    assert.equal(handedOn.status, 409);
    assert.match(String(handedOn.body.detail), new RegExp(`of owner 2\\. .+ DELETE ${PATH}/${body.id} first`));
  });

  it('are made once by one Idempotency-Key', async () => {
    const request = { body: { repository_id: 13, owner_id: 2 }, headers: { 'idempotency-key': 'trust-13' } };
    const [first, second] = [await app.ask('POST', PATH, request), await app.ask('POST', PATH, request)];
    assert.deepEqual([second.status, second.body], [201, first.body]);
  });

  it('have ids that can be, a name that is one, and an issuer as tokens have it', async () => {
    const right = { repository_id: 14, owner_id: 2 };
    for (const [field, value] of [
      ['repository_id', '14'],
      ['repository_id', 0],
      ['owner_id', 1.5],
      ['owner_id', undefined],
      ['name', 'web'],
      ['name', 'acme/web\nx'],
      ['issuer', `${GITHUB_ISSUER}/`],
      ['issuer', 'token.actions.githubusercontent.com'],
      ['issuer', 'https://user:password@github.acme.example'],
      ['issuer', 'https://github.acme.example/?a=b'],
      ['issuer', 'https://[/x'],
      ['issuer', 'file:///etc/passwd'],
    ] as const) {
      const { status, body } = await add({ ...right, [field]: value });
      assert.deepEqual([status, body.errors?.[0]?.pointer], [422, `/${field}`], `${field} ${value}`);
    }
  });

  it('are removed, and both is in the audit', async () => {
    const { body } = await add({ repository_id: 15, owner_id: 2, name: 'acme/gone' });
    const path = `${PATH}/${body.id}`;
    assert.equal((await app.ask('DELETE', path)).status, 204);
    assert.equal((await app.ask('DELETE', path)).status, 404);
    const entries = await app.db
      .selectFrom('audit_log')
      .select(['action', 'project_id', 'details'])
      .where('object', '=', `trusted_repository:${body.id}`)
      .orderBy('id')
      .execute();
    const details = { issuer: GITHUB_ISSUER, repository_id: 15, owner_id: 2, name: 'acme/gone' };
    assert.deepEqual(entries, [
      { action: 'trusted_repository.create', project_id: 1, details },
      { action: 'trusted_repository.delete', project_id: 1, details },
    ]);
  });

  it("are another project's business when they are not in this one", async () => {
    const { body: other } = await app.ask('POST', '/api/v1/projects', { body: { name: 'Another' } });
    const { body } = await add({ repository_id: 16, owner_id: 2 });
    const path = `/api/v1/projects/${other.id}/trusted-repositories`;
    assert.equal((await app.ask('DELETE', `${path}/${body.id}`)).status, 404);
    assert.deepEqual((await app.ask('GET', path)).body.items, []);
    assert.equal((await add({ repository_id: 16, owner_id: 2 }, path)).status, 201);
    assert.equal((await app.ask('GET', '/api/v1/projects/999/trusted-repositories')).status, 404);
    assert.equal(
      (await add({ repository_id: 1, owner_id: 1 }, '/api/v1/projects/999/trusted-repositories')).status,
      404,
    );
  });

  it('are added only by who may do what they then may', async () => {
    const ask = await app.as({ scopes: ['projects:write', 'jobs:read'], project_id: 1 });
    const { status, body } = await ask('POST', PATH, { body: { repository_id: 17, owner_id: 2 } });
    assert.deepEqual([status, body.required_scope], [403, 'jobs:create']);
  });

  it('are a thousand at most', async () => {
    const { body: project } = await app.ask('POST', '/api/v1/projects', { body: { name: 'Full' } });
    const project_id = project.id as unknown as number;
    await app.db
      .insertInto('trusted_repositories')
      .values(
        Array.from({ length: 1000 }, (_, index) => ({
          project_id,
          issuer: GITHUB_ISSUER,
          repository_id: index + 1,
          owner_id: 2,
        })),
      )
      .execute();
    const path = `/api/v1/projects/${project_id}/trusted-repositories`;
    const { status, body } = await add({ repository_id: 5000, owner_id: 2 }, path);
    assert.deepEqual([status, body.code], [409, 'trusted_repository.too_many']);
    assert.match(String(body.detail), /1,000 repositories, which is the most/);
    assert.equal((await add({ repository_id: 7, owner_id: 2 }, path)).body.code, 'trusted_repository.exists');
  });
});
