import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { type OsvServer, startOsvServer } from '../../../analyzer/src/advisories/testing/osv-server.ts';
import { type GitServer, startGitServer } from '../../../analyzer/src/git/testing/git-server.ts';
import { createTestRepository, type TestRepository } from '../../../analyzer/src/git/testing/repository.ts';
import { type AnalysisServer, type Job, startAnalysisServer } from './analysis-server.ts';
import { holdOsv } from './held-osv.ts';
import { lockfile, weakAdvisory } from './planted.ts';

describe('dependencies that are looked up at the OSV API', () => {
  let folder: string;
  let repository: TestRepository;
  let git: GitServer;
  let osv: OsvServer;
  let server: AnalysisServer;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commandcenter-advisories-'));
    repository = await createTestRepository();
    await repository.write(
      'package.json',
      JSON.stringify({ name: 'app', dependencies: { weak: '^1.0.0', fine: '1' } }),
    );
    await repository.write('package-lock.json', lockfile({ weak: '1.2.3', fine: '1.0.0' }));
    repository.commit('first');
    repository.git('clone', '--quiet', '--bare', repository.folder, join(folder, 'web.git'));
    git = await startGitServer(folder);
    osv = await startOsvServer([weakAdvisory()]);
    server = await startAnalysisServer({
      DATA_DIR: join(folder, 'data'),
      EGRESS_ALLOW: git.url.replace('http://', ''),
      OSV_API_URL: osv.url,
    });
    await server.register('web', `${git.url}/web.git`);
  });
  afterEach(() => {
    osv.intercept = null;
  });
  after(async () => {
    await server.stop();
    await osv[Symbol.asyncDispose]();
    await git.close();
    await repository.remove();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs a new analysis to its end. Returns its job and the result of its engine `vulnerabilities`. */
  const analysed = async (): Promise<{
    job: Job;
    engine: NonNullable<Job['result']>['engines'][number] | undefined;
  }> => {
    const { body } = await server.analyse('web', { fresh: true });
    const job = await server.comeTo(body.id, 'completed', 'failed');
    return { job, engine: job.result?.engines.find(({ name }) => name === 'vulnerabilities') };
  };
  const vulnerabilitiesOf = async ({ id }: Job) =>
    (await server.report(id)).findings.filter(({ engine }) => engine === 'vulnerabilities');

  it('are told with CVE, severity and the fixed version', async () => {
    const { job, engine } = await analysed();
    const [finding, ...others] = await vulnerabilitiesOf(job);
    assert.deepEqual(
      [finding?.rule, finding?.severity, finding?.package, others.length],
      [
        'vulnerabilities/CVE-2099-0001',
        'high',
        { name: 'weak', version: '1.2.3', ecosystem: 'npm', fixed_in: '2.0.0' },
        0,
      ],
    );
    assert.match(finding?.fix ?? '', /^Upgrade weak to 2\.0\.0 or newer/);
    assert.deepEqual([engine?.complete, job.result?.complete, job.result?.counts.all.high], [true, true, 1]);
    assert.deepEqual(
      osv.batches
        .at(-1)
        ?.map(({ package: { name } }) => name)
        .sort(),
      ['fine', 'weak'],
    );
  });

  const reset = ({ socket }: IncomingMessage): boolean => {
    socket.destroy();
    return true;
  };
  const failing = (_request: IncomingMessage, response: ServerResponse): boolean => {
    response.writeHead(500).end('Internal Server Error');
    return true;
  };
  const other = (_request: IncomingMessage, response: ServerResponse): boolean => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>');
    return true;
  };
  const faults: [name: string, fault: NonNullable<OsvServer['intercept']>, reason: RegExp][] = [
    ['answers 500', failing, /cannot be reached: it answered 500\. .*commandcenter advisories import/],
    ['breaks off', reset, /cannot be reached: (?:UND_ERR_SOCKET|ECONNRESET)\. .*commandcenter advisories import/],
    ['is something else', other, /answered is not what the OSV API does\. .*OSV_API_URL/],
  ];
  for (const [name, fault, reason] of faults) {
    it(`are not called clean when it ${name}: the result is incomplete and says why`, async () => {
      osv.intercept = fault;
      const { job, engine } = await analysed();
      assert.deepEqual([job.status, job.result?.complete, engine?.complete], ['completed', false, false]);
      assert.match(engine?.reason ?? '', reason);
      assert.ok(engine?.reason?.includes(osv.url), engine?.reason);
      assert.match(job.result?.summary ?? '', /^\*\*Gate passed, but the analysis is not complete\*\*/);
      assert.match(job.result?.summary ?? '', /Not complete:\n- `vulnerabilities`: /);
      assert.deepEqual(await vulnerabilitiesOf(job), []);
      assert.match(await server.text(`/jobs/${job.id}/report.html`), /analysis is not complete/);
    });
  }

  it('are looked up by the next analysis that is asked for, once it is back', async () => {
    osv.intercept = failing;
    const { job } = await analysed();
    osv.intercept = null;
    const again = await server.analyse('web');
    assert.equal(again.status, 201, 'an incomplete result does not answer the request');
    const done = await server.comeTo(again.body.id, 'completed', 'failed');
    assert.ok(done.id > job.id && done.result?.complete === true);
    assert.equal((await vulnerabilitiesOf(done)).length, 1);
    const same = await server.analyse('web');
    assert.deepEqual([same.status, same.body.id], [200, done.id]);
  });

  it('are asked for again when it does not answer, after some seconds', async () => {
    let silent = 1;
    osv.intercept = () => {
      silent -= 1;
      return silent >= 0;
    };
    const { job } = await analysed();
    assert.ok(silent < 0, 'it was asked twice');
    assert.deepEqual([job.result?.complete, (await vulnerabilitiesOf(job)).length], [true, 1]);
  });

  it('do not keep an analysis that is cancelled while it does not answer', async () => {
    const held = holdOsv(osv);
    const { body } = await server.analyse('web', { fresh: true });
    await held.asked;
    await server.call('POST', `/jobs/${body.id}/cancel`);
    assert.equal((await server.comeTo(body.id, 'cancelled', 'completed', 'failed')).status, 'cancelled');
  });
});
