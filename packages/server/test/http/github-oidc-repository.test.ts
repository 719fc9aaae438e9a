import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { completedAnalysis } from '../analysis/report-fixture.ts';
import { type OidcApplication, startOidcApplication, trustedIds } from './oidc-application.ts';
import type { Ask } from './test-application.ts';

const analysisOf = (project_id: number, parameters: object) => ({
  body: { project_id, job_type: 'repository_analysis', parameters },
});

describe("a workflow's token is for its own repository", () => {
  let oidc: OidcApplication;
  let ask: Ask;
  /** Ids of another repository of the same project and of its completed analysis. */
  let other: { repository: number; job: number };

  before(async () => {
    oidc = await startOidcApplication();
    ask = oidc.app.withToken(String((await oidc.exchange()).body.token));
    const body = { project_id: oidc.project, owner: 'acme', name: 'other' };
    const repository = Number((await oidc.app.ask('POST', '/api/v1/repositories', { body })).body.id);
    const { id: job } = await completedAnalysis(oidc.app.db, { id: repository, project_id: oidc.project });
    other = { repository, job };
  });
  after(() => oidc[Symbol.asyncDispose]());

  const ownJob = async () =>
    ask('POST', '/api/v1/jobs', analysisOf(oidc.project, { repository: { owner: 'Acme', name: 'web' } }));

  it('creates analyses of it, and the repository gets the id that GitHub has signed', async () => {
    const { status, body } = await ownJob();
    assert.equal(status, 201, JSON.stringify(body));
    const row = await oidc.app.db
      .selectFrom('repositories')
      .selectAll()
      .where('id', '=', Number(body.parameters?.repository_id))
      .executeTakeFirstOrThrow();
    const host = new URL(oidc.issuer.url).host;
    assert.deepEqual(
      [row.external_id, row.host, row.owner, row.name, row.registered, row.granted_to],
      [String(trustedIds.repository_id), host, 'acme', 'web', false, []],
    );
    const again = await ask('POST', '/api/v1/jobs', analysisOf(oidc.project, { repository_id: row.id, fresh: true }));
    assert.equal(again.status, 201, JSON.stringify(again.body));
  });

  it('creates none of another repository, by name or id', async () => {
    for (const parameters of [
      { repository: { owner: 'acme', name: 'other' } },
      { repository: { owner: 'acme', name: 'unknown' } },
      { repository_id: other.repository },
      { repository_id: 999_999 },
    ]) {
      const { status, body } = await ask('POST', '/api/v1/jobs', analysisOf(oidc.project, parameters));
      assert.deepEqual([status, body.code], [403, 'token.other_repository'], JSON.stringify(parameters));
      assert.match(String(body.detail), /a workflow of acme\/web/);
    }
    const { items } = (await oidc.app.ask('GET', '/api/v1/repositories?name=unknown')).body;
    assert.deepEqual(items, []);
  });

  it('lists its own jobs, and not those of another repository', async () => {
    const job = Number((await ownJob()).body.id);
    const listed = (await ask('GET', '/api/v1/jobs?limit=200')).body.items as unknown as { id: number }[];
    assert.ok(listed.some(({ id }) => id === job));
    assert.ok(!listed.some(({ id }) => id === other.job));
    assert.equal((await ask('GET', `/api/v1/jobs/${job}`)).status, 200);
  });

  it('sees no other trusted repository and no lane of its project', async () => {
    await oidc.trust(oidc.project, { repository_id: 77, owner_id: 7, issuer: oidc.issuer.url, name: 'acme/hidden' });
    const { body } = await ask('GET', `/api/v1/projects/${oidc.project}/trusted-repositories`);
    const seen = body.items as unknown as { repository_id: number }[];
    assert.deepEqual(
      seen.map(({ repository_id }) => repository_id),
      [trustedIds.repository_id],
    );
    await oidc.app.db
      .insertInto('jobs')
      .values({ project_id: oidc.project, job_type: 'github_import', lane: 'integration:1', actor: '{}' })
      .execute();
    const { parts } = (await ask('GET', '/api/v1/health')).body;
    assert.deepEqual(parts?.lanes, []);
  });

  it('follows the id and not the name: a renamed repository is the same one, and its former name is not its own', async () => {
    const before = Number((await ownJob()).body.parameters?.repository_id);
    const claims = { repository: 'acme/website' };
    const renamed = oidc.app.withToken(String((await oidc.exchange({ claims })).body.token));
    const made = await renamed(
      'POST',
      '/api/v1/jobs',
      analysisOf(oidc.project, { repository: { owner: 'acme', name: 'website' }, fresh: true }),
    );
    assert.deepEqual([made.status, Number(made.body.parameters?.repository_id)], [201, before]);
    const former = analysisOf(oidc.project, { repository: { owner: 'acme', name: 'web' } });
    assert.equal((await renamed('POST', '/api/v1/jobs', former)).status, 403);
    assert.equal((await oidc.exchange()).status, 201);
  });

  it('is not for the repository of that name with another id', async () => {
    const claims = { repository_id: '4321', repository_owner_id: '43', repository: 'acme/other' };
    await oidc.trust(oidc.project, { repository_id: 4321, owner_id: 43, issuer: oidc.issuer.url });
    await oidc.app.db
      .updateTable('repositories')
      .set({ external_id: '1', host: new URL(oidc.issuer.url).host, name_seen_at: new Date(0) })
      .where('id', '=', other.repository)
      .execute();
    const stranger = oidc.app.withToken(String((await oidc.exchange({ claims })).body.token));
    const parameters = { repository: { owner: 'acme', name: 'other' } };
    const made = await stranger('POST', '/api/v1/jobs', analysisOf(oidc.project, parameters));
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.notEqual(Number(made.body.parameters?.repository_id), other.repository);
    assert.equal((await stranger('GET', `/api/v1/jobs/${other.job}`)).status, 404);
  });
});
