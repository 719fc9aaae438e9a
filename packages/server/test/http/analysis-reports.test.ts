import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AnalysisReport } from '@commandcenter/analyzer';
import type { RepositoryRow } from '../../src/integrations/repositories/repository-queries.ts';
import { findJob } from '../../src/jobs/job-queries.ts';
import { anotherRepository } from '../analysis/analysed-repository.ts';
import { analysisJob, completedAnalysis, finding, report } from '../analysis/report-fixture.ts';
import { ADMIN_TOKEN, startTestApplication, type TestApplication } from './test-application.ts';

const PAGES = ['report', 'report.html', 'sarif', 'sbom', 'findings'];

describe('a completed analysis over HTTP', () => {
  let app: TestApplication;
  let repository: RepositoryRow;
  let found: AnalysisReport;
  let job: string;
  before(async () => {
    app = await startTestApplication({ ROLE: 'api', PUBLIC_URL: 'https://cc.example.org' });
    repository = await anotherRepository(app, 1, 'analysed');
    found = report([
      finding({ severity: 'low', engine: 'lines', rule: 'lines/long', state: 'existing' }),
      finding({ severity: 'high', state: 'new', title: '<script>alert(1)</script>' }),
      finding({ severity: 'critical', state: 'existing' }),
      finding({ severity: 'high', engine: 'lines', rule: 'lines/wide', state: 'fixed' }),
    ]);
    job = `/api/v1/jobs/${(await completedAnalysis(app.db, repository, { report: found })).id}`;
  });
  after(() => app[Symbol.asyncDispose]());

  const idsOf = async (query: string): Promise<unknown[]> => {
    const { status, body } = await app.ask('GET', `${job}/findings${query}`);
    assert.equal(status, 200, query);
    return (body.items as unknown as { id: number }[]).map(({ id }) => id);
  };
  const bearer = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const page = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(app.url + path, { headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  /** Creates a report link and returns its path and query, because its host is the public one, which this test cannot reach. */
  const reportPath = async (): Promise<string> => {
    await app.ask('POST', `${job}/report-link`);
    const { body } = await app.ask('GET', job);
    const url = new URL(String(body.result?.report_url));
    assert.equal(url.origin, 'https://cc.example.org');
    return url.pathname + url.search;
  };

  it('lists its findings worst first, page by page', async () => {
    assert.deepEqual(await idsOf(''), [1, 2, 3, 4]);
    const first = await app.ask('GET', `${job}/findings?limit=3`);
    assert.deepEqual(
      (first.body.items as unknown as { severity: string }[]).map(({ severity }) => severity),
      ['critical', 'high', 'high'],
    );
    assert.deepEqual(await idsOf(`?limit=3&cursor=${first.body.next_cursor}`), [4]);
  });

  it('finds findings by each filter and by several', async () => {
    assert.deepEqual(await idsOf('?state=existing'), [1, 4]);
    assert.deepEqual(await idsOf('?severity=high'), [2, 3]);
    assert.deepEqual(await idsOf('?engine=lines'), [3, 4]);
    assert.deepEqual(await idsOf('?rule=lines/wide'), [3]);
    assert.deepEqual(await idsOf('?state=new&severity=high'), [2]);
    assert.deepEqual(await idsOf('?state=suppressed'), []);
    assert.equal((await app.ask('GET', `${job}/findings?state=open`)).status, 422);
  });

  it('has a report with everything in it, as it was stored', async () => {
    const { status, headers, body } = await app.ask('GET', `${job}/report`);
    assert.equal(status, 200);
    assert.equal(headers.get('content-type'), 'application/json; charset=utf-8');
    const read = body as unknown as AnalysisReport;
    assert.deepEqual({ ...read, findings: [] }, { ...found, findings: [] });
    assert.deepEqual(
      read.findings.map(({ id }) => id),
      [1, 2, 3, 4],
    );
    const head = await fetch(`${app.url}${job}/report`, { method: 'HEAD', headers: bearer });
    assert.deepEqual([head.status, head.headers.get('content-length')], [200, headers.get('content-length')]);
  });

  it('has a SARIF log and an SBOM, each under its own media type', async () => {
    const sarif = await app.ask('GET', `${job}/sarif`);
    assert.equal(sarif.headers.get('content-type'), 'application/sarif+json; charset=utf-8');
    assert.equal(sarif.body.version, '2.1.0');
    const sbom = await app.ask('GET', `${job}/sbom`);
    assert.equal(sbom.headers.get('content-type'), 'application/vnd.cyclonedx+json; version=1.6');
    assert.deepEqual([sbom.body.bomFormat, sbom.body.specVersion], ['CycloneDX', '1.6']);
  });

  it('opens as a page without a token by its signed link, and by nothing like it', async () => {
    const path = await reportPath();
    const opened = await page(path);
    assert.equal(opened.status, 200);
    assert.equal(opened.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.equal((await page(`${path}&utm_source=chat`)).status, 200);
    assert.equal((await fetch(app.url + path, { method: 'HEAD' })).status, 200);

    const other = await completedAnalysis(app.db, repository);
    const wrong = [
      path.replace(/\d+\/report/, `${other.id}/report`),
      path.replace(/expires=\d+/, (text) => `${text}0`),
      path.replace('expires=', 'expires=0'),
      path.replace(/signature=./, 'signature=!'),
      path.replace(/&signature=.*/, ''),
      path.replace(/expires=\d+&/, ''),
    ];
    for (const link of wrong) {
      const { status, headers, text } = await page(link);
      assert.deepEqual([status, headers.get('content-type')], [403, 'application/problem+json'], link);
      assert.equal(JSON.parse(text).code, 'report_link.invalid', link);
    }
    assert.equal(JSON.parse((await page(`${job}/report.html`)).text).code, 'token.missing');
    for (const name of PAGES.filter((name) => name !== 'report.html')) {
      assert.equal((await page(path.replace('report.html', name))).status, 401, name);
    }
  });

  it('says in a browser, as a page, why it does not open', async () => {
    const path = (await reportPath()).replace(/signature=./, 'signature=!');
    const { status, headers, text } = await page(path, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
    assert.deepEqual([status, headers.get('content-type')], [403, 'text/html; charset=utf-8']);
    assert.match(text, /a part of it may be missing.*result\.report_url/s);
    assert.match(headers.get('content-security-policy') ?? '', /style-src 'sha256-/);
    const bare = await page(`${job}/report.html`, { accept: 'text/html' });
    assert.deepEqual([bare.status, bare.headers.get('content-type')], [401, 'text/html; charset=utf-8']);
    assert.match(bare.text, /needs a token.*POST \/api\/v1\/jobs\/\d+\/report-link/s);
  });

  it('shows nothing but itself: no script, no request, whatever the scanned repository says', async () => {
    const { text, headers } = await page(await reportPath());
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /^default-src 'none'; style-src '(sha256-[^']+|none)'/);
    assert.doesNotMatch(policy, /unsafe|https?:|script-src/);
    assert.doesNotMatch(text, /<script/i);
    assert.match(text, /&lt;script&gt;|&#60;script&#62;/);
  });

  it('needs a token that may read jobs', async () => {
    const ask = await app.as({ scopes: ['tasks:read'], project_id: 1 });
    for (const name of PAGES) {
      const { status, body } = await ask('GET', `${job}/${name}`);
      assert.deepEqual([status, body.required_scope], [403, 'jobs:read'], name);
    }
  });

  it('has none of this before it is completed, and says how it stands', async () => {
    for (const status of ['pending', 'running', 'failed', 'cancelled'] as const) {
      const { id } = await analysisJob(app.db, repository, status);
      for (const name of PAGES) {
        const { status: answered, body } = await app.ask('GET', `/api/v1/jobs/${id}/${name}`);
        assert.deepEqual([answered, body.code, body.job_status], [409, 'job.not_completed', status], name);
      }
    }
  });

  it('says of another kind of job, and of one whose findings are gone, that there are none', async () => {
    const { id } = await analysisJob(app.db, repository, 'completed');
    assert.equal((await app.ask('GET', `/api/v1/jobs/${id}/report`)).body.code, 'job.analysis_gone');
    await app.db.updateTable('jobs').set({ job_type: 'github_import' }).where('id', '=', id).execute();
    for (const name of PAGES) {
      const { status, body } = await app.ask('GET', `/api/v1/jobs/${id}/${name}`);
      assert.deepEqual([status, body.code], [404, 'job.no_analysis'], name);
    }
    assert.equal((await app.ask('GET', '/api/v1/jobs/999999/report')).status, 404);
  });

  it('is a point of the trends of its repository, newest first', async () => {
    const other = await anotherRepository(app, 1, 'developing');
    const older = await completedAnalysis(app.db, other, { report: found });
    const newer = await completedAnalysis(app.db, other, { report: report([]) });
    await completedAnalysis(app.db, other, { is_default_branch: false });
    const path = `/api/v1/repositories/${other.id}/trends?limit=1`;
    const { body } = await app.ask('GET', path);
    const next = await app.ask('GET', `${path}&cursor=${body.next_cursor}`);
    assert.deepEqual(
      [body.items?.[0], next.body.items?.[0]].map((point) => [point?.job_id, point?.findings]),
      [
        [newer.id, { critical: 0, high: 0, medium: 0, low: 0 }],
        [older.id, { critical: 1, high: 2, medium: 0, low: 1 }],
      ],
    );
    assert.equal(next.body.next_cursor, null);
    const pages = [older, newer].map(({ id }) => page(`/api/v1/jobs/${id}/report.html`, bearer));
    const [first, second] = await Promise.all(pages);
    assert.doesNotMatch(first?.text ?? '', /Over time/);
    assert.match(second?.text ?? '', /Over time/);
    assert.equal((await app.ask('GET', '/api/v1/repositories/999999/trends')).status, 404);
  });

  it('says why it was cancelled by the server only once it has ended', async () => {
    const running = await analysisJob(app.db, repository, 'running', { pr_number: 7, commit_sha: 'a'.repeat(40) });
    const asked = await app.ask('POST', '/api/v1/jobs', {
      body: {
        project_id: 1,
        job_type: 'repository_analysis',
        parameters: { repository_id: repository.id, pr_number: 7, commit_sha: 'b'.repeat(40) },
      },
    });
    assert.equal(asked.status, 201);
    const path = `/api/v1/jobs/${running.id}`;
    assert.deepEqual(
      [(await app.ask('GET', path)).body.status, (await app.ask('GET', path)).body.error],
      ['running', null],
    );
    assert.equal((await findJob(app.db, running.id))?.cancel_requested, true);
    await app.db.updateTable('jobs').set({ status: 'cancelled' }).where('id', '=', running.id).execute();
    const { body } = await app.ask('GET', path);
    assert.deepEqual([body.error?.code, body.error?.superseded_by], ['job.superseded', asked.body.id]);
  });
});
