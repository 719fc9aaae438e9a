import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { RepositoryRow } from '../../src/integrations/repositories/repository-queries.ts';
import { anotherRepository } from '../analysis/analysed-repository.ts';
import { analysisJob, completedAnalysis } from '../analysis/report-fixture.ts';
import { startTestApplication, type TestApplication } from './test-application.ts';

describe('the link to the report of an analysis over HTTP', () => {
  let app: TestApplication;
  let repository: RepositoryRow;
  /** Id of an analysis without a report link. */
  let id: number;
  let path: string;
  before(async () => {
    app = await startTestApplication({ ROLE: 'api', PUBLIC_URL: 'https://cc.example.org' });
    repository = await anotherRepository(app, 1, 'analysed');
  });
  after(() => app[Symbol.asyncDispose]());
  beforeEach(async () => {
    ({ id } = await completedAnalysis(app.db, repository));
    path = `/api/v1/jobs/${id}/report-link`;
  });

  const create = async (): Promise<string> => {
    const { status, body } = await app.ask('POST', path);
    assert.ok(status === 200 || status === 201, String(status));
    return String(body.report_url);
  };
  const shownUrl = async (): Promise<string> =>
    String((await app.ask('GET', `/api/v1/jobs/${id}`)).body.result?.report_url);
  const open = async (url: string): Promise<{ status: number; code?: string }> => {
    const response = await fetch(url.replace('https://cc.example.org', app.url));
    const { status } = response;
    return status === 200 ? { status } : { status, code: ((await response.json()) as { code: string }).code };
  };
  const invalid = { status: 403, code: 'report_link.invalid' };

  it('is not there before it is created: `report_url` is the address that needs a token', async () => {
    assert.equal(await shownUrl(), `https://cc.example.org/api/v1/jobs/${id}/report.html`);
    assert.deepEqual(await open(await shownUrl()), { status: 401, code: 'token.missing' });
  });

  it('is created once, opens the report without a token, and is the `report_url` of the job', async () => {
    const { status, body } = await app.ask('POST', path);
    assert.equal(status, 201);
    const days = (Date.parse(String(body.expires_at)) - Date.now()) / 86_400_000;
    assert.ok(days > 30 && days <= 31, String(days));
    assert.deepEqual(await open(String(body.report_url)), { status: 200 });
    assert.equal(await shownUrl(), String(body.report_url));
    const again = await app.ask('POST', path);
    assert.deepEqual([again.status, again.body], [200, body]);
  });

  it('is revoked at once, wherever it has been posted, and a new one does not bring the old one back', async () => {
    const first = await create();
    assert.equal((await app.ask('DELETE', path)).status, 204);
    assert.deepEqual(await open(first), invalid);
    assert.equal(await shownUrl(), first.split('?')[0]);
    const second = await create();
    assert.notEqual(second, first);
    assert.deepEqual([await open(first), await open(second)], [invalid, { status: 200 }]);
  });

  it('does not open or revoke reports of another job', async () => {
    const mine = await create();
    const other = await completedAnalysis(app.db, repository);
    assert.deepEqual(await open(mine.replace(`/jobs/${id}/`, `/jobs/${other.id}/`)), invalid);
    assert.equal((await app.ask('DELETE', `/api/v1/jobs/${other.id}/report-link`)).status, 204);
    assert.deepEqual(await open(mine), { status: 200 });
  });

  it('returns the same response for a job without a link and for a job that does not exist', async () => {
    const signed = await create();
    await app.ask('DELETE', path);
    assert.deepEqual(await open(signed), invalid);
    assert.deepEqual(await open(signed.replace(`/jobs/${id}/`, '/jobs/999999/')), invalid);
  });

  it('needs a completed analysis', async () => {
    for (const status of ['pending', 'running', 'failed', 'cancelled'] as const) {
      const job = await analysisJob(app.db, repository, status);
      for (const method of ['POST', 'DELETE']) {
        const answer = await app.ask(method, `/api/v1/jobs/${job.id}/report-link`);
        assert.deepEqual([answer.status, answer.body.code], [409, 'job.not_completed'], `${method} ${status}`);
      }
    }
  });

  it('is in the audit log when it is created and revoked, and only then', async () => {
    await create();
    await create();
    await app.ask('DELETE', path);
    await app.ask('DELETE', path);
    const entries = await app.db
      .selectFrom('audit_log')
      .select(['action', 'project_id'])
      .where('object', '=', `job:${id}`)
      .orderBy('id')
      .execute();
    assert.deepEqual(entries, [
      { action: 'report_link.create', project_id: 1 },
      { action: 'report_link.delete', project_id: 1 },
    ]);
  });
});

describe('the request for an analysis', () => {
  it('keeps what it says of the link, takes nothing but the three modes, and shares its job whatever it says', async () => {
    await using app = await startTestApplication({ ROLE: 'api' });
    const repository = await anotherRepository(app, 1, 'asked');
    const request = (report_link?: string) =>
      app.ask('POST', '/api/v1/jobs', {
        body: {
          project_id: 1,
          job_type: 'repository_analysis',
          parameters: { repository_id: repository.id, ...(report_link === undefined ? {} : { report_link }) },
        },
      });
    const refused = await request('sometimes');
    assert.deepEqual([refused.status, refused.body.errors?.[0]?.pointer], [422, '/parameters/report_link']);
    const { status, body } = await request('never');
    assert.deepEqual([status, body.parameters?.report_link], [201, 'never']);
    for (const mode of ['always', 'auto', undefined]) {
      const same = await request(mode);
      assert.deepEqual([same.status, same.body.id], [200, body.id], mode);
    }
  });
});
