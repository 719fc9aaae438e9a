import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { waitFor } from '../harness/wait-for.ts';
import { startTestApplication, type TestApplication } from './test-application.ts';

describe('the quotas of a project', () => {
  let app: TestApplication;
  let project_id: number;
  before(async () => {
    app = await startTestApplication();
    const { body } = await app.ask('POST', '/api/v1/projects', { body: { name: 'Project' } });
    project_id = (body as unknown as { id: number }).id;
  });
  after(() => app[Symbol.asyncDispose]());

  it('limit integrations: the refusal names the limit, and another project still creates its own', async () => {
    await sql`
      insert into integrations (project_id, name, integration_type, auth_type, config, host)
      select ${project_id}, 'Filler ' || n, 'github', 'token', '{}', 'host-' || n from generate_series(1, 500) n`.execute(
      app.db,
    );
    const integration = (project: number) => ({
      body: {
        project_id: project,
        name: 'GitHub',
        integration_type: 'github',
        auth_type: 'token',
        access_token: `token-${project}`,
      },
    });
    const refused = await app.ask('POST', '/api/v1/integrations', integration(project_id));
    assert.equal(refused.status, 409);
    assert.deepEqual(
      [refused.body.code, refused.body.limit, refused.body.detail],
      ['quota.integrations', 500, 'A project has at most 500 integrations. Delete one that is not used.'],
    );
    const { body } = await app.ask('POST', '/api/v1/projects', { body: { name: 'Other' } });
    const other = await app.ask('POST', '/api/v1/integrations', integration((body as unknown as { id: number }).id));
    assert.equal(other.status, 201);
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from integrations where project_id = ${project_id}`.execute(app.db);
    assert.equal(rows[0]?.count, 500);
  });

  it('limit unfinished jobs, and a request that an unfinished job fulfills is not a new one', async () => {
    const request = (name: string, more = {}) => ({
      body: {
        project_id,
        job_type: 'repository_analysis',
        parameters: { repository: { owner: 'octo', name }, depth: 'quick', ...more },
      },
    });
    assert.equal((await app.ask('POST', '/api/v1/jobs', request('first'))).status, 201);
    await sql`
      insert into jobs (project_id, job_type, parameters, actor, lane, not_before)
      select ${project_id}, 'repository_import', '{}', '{}', 'filler', now() + interval '1 day' from generate_series(1, 999) n`.execute(
      app.db,
    );
    assert.equal((await app.ask('POST', '/api/v1/jobs', request('first'))).status, 200);
    const refused = await app.ask('POST', '/api/v1/jobs', request('second'));
    assert.equal(refused.status, 429);
    assert.deepEqual([refused.body.code, refused.body.limit], ['quota.unfinished_jobs', 1000]);
    assert.equal(refused.headers.get('retry-after'), '60');
    await sql`update jobs set status = 'cancelled' where lane = 'filler'`.execute(app.db);
    assert.equal((await app.ask('POST', '/api/v1/jobs', request('second'))).status, 201);
  });

  it('limit the bytes of uploaded sources that wait', async () => {
    const { body } = await app.ask('POST', '/api/v1/jobs', {
      body: {
        project_id,
        job_type: 'repository_analysis',
        parameters: { repository: { owner: 'octo', name: 'upload' } },
      },
    });
    const { id } = body as unknown as { id: number };
    await waitFor('the job to wait for its source', async () => {
      const { body: job } = await app.ask('GET', `/api/v1/jobs/${id}`);
      return (job as unknown as { status: string }).status === 'awaiting_source' || undefined;
    });
    await sql`
      with filler as (
        insert into jobs (project_id, job_type, parameters, actor, lane, not_before)
        select ${project_id}, 'repository_import', '{}', '{}', 'full', now() + interval '1 day' from generate_series(1, 32) returning id)
      insert into job_sources (job_id, bytes) select id, 256 * 1024 * 1024 from filler`.execute(app.db);
    const upload = () =>
      fetch(`${app.url}/api/v1/jobs/${id}/source`, {
        method: 'PUT',
        headers: { authorization: 'Bearer the-admin-token-of-tests-1234', 'content-type': 'application/gzip' },
        body: new Uint8Array([0x1f, 0x8b, 8, 0]),
      });
    const refused = await upload();
    assert.equal(refused.status, 429);
    assert.equal(((await refused.json()) as { code: string }).code, 'quota.upload_mib');
    await sql`delete from jobs where lane = 'full'`.execute(app.db);
    assert.equal((await upload()).status, 200);
  });

  it('limit tokens', async () => {
    await sql`
      insert into api_tokens (project_id, name, prefix, token_hash, scopes)
      select ${project_id}, 'Filler', 'cct_', sha256(n::text::bytea), '{tasks:read}' from generate_series(1, 1000) n`.execute(
      app.db,
    );
    const token = { body: { name: 'One more', scopes: ['tasks:read'], project_id } };
    const refused = await app.ask('POST', '/api/v1/tokens', token);
    assert.deepEqual([refused.status, refused.body.code, refused.body.limit], [409, 'quota.tokens', 1000]);
    await sql`update api_tokens set expires_at = now() - interval '1 hour' where name = 'Filler'`.execute(app.db);
    assert.equal((await app.ask('POST', '/api/v1/tokens', token)).status, 201);
  });
});

describe('unknown tokens of one address', () => {
  it('are refused after 3,000 in a minute, and a token that was accepted goes on working', async () => {
    await using app = await startTestApplication();
    const known = await app.as({ scopes: ['tasks:read'] });
    assert.equal((await known('GET', '/api/v1/tasks')).status, 200);
    const ask = app.withToken('cct_unknown');
    for (let n = 0; n < 3000; n += 100) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => ask('GET', '/api/v1/tasks')));
      assert.ok(answers.every(({ status }) => status === 401));
    }
    const refused = await ask('GET', '/api/v1/tasks');
    assert.deepEqual([refused.status, refused.body.code, refused.body.limit], [429, 'quota.failed_tokens', 3000]);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    assert.equal((await known('GET', '/api/v1/tasks')).status, 200);
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    assert.match(metrics, /^commandcenter_refused_tokens_total 3000$/m);
  });
});
