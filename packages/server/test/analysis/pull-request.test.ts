import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { AnalysisReport } from '@commandcenter/analyzer';
import type { TestRepository } from '../../../analyzer/src/git/testing/repository.ts';
import { waitFor } from '../harness/wait-for.ts';
import { ANALYSIS_MS, type AnalysisServer } from './analysis-server.ts';
import { type Connected, connect } from './connected.ts';
import type { Enterprise } from './enterprise.ts';
import { branches, lockfile, madeUpToken, weakAdvisory } from './planted.ts';

const APP = { appId: 12, slug: 'helper' };
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

describe('a pull request at GitHub', () => {
  let connected: Connected;
  let enterprise: Enterprise;
  let repository: TestRepository;
  let server: AnalysisServer;
  let push: Connected['push'];

  before(async () => {
    connected = await connect({
      advisory: weakAdvisory(),
      private: true,
      credential(state) {
        state.addApp({ ...APP, publicKey });
        const { id } = state.addInstallation({ appId: APP.appId, account: 'acme' });
        const config = { app_id: APP.appId, installation_id: id };
        return { auth_type: 'github_app', private_key: privateKey, config };
      },
      async prepare(commit) {
        await commit.write('src/old.js', branches(35, 'other'));
        await commit.write('.commandcenter.yml', 'analysis:\n  tasks:\n    create_issues: true\n');
      },
    });
    ({ enterprise, repository, server, push } = connected);
  });
  after(() => connected.close());

  const completedRun = (sha: string) =>
    waitFor(
      `the check of ${sha}`,
      () =>
        enterprise.github.state
          .checkRuns('acme/web')
          .find(({ headSha, status }) => headSha === sha && status === 'completed'),
      ANALYSIS_MS,
    );
  const newestReport = async (): Promise<AnalysisReport> => {
    const newest = (await server.analyses()).find(({ status }) => status === 'completed');
    return await server.report(newest?.id ?? 0);
  };

  let number = 0;

  it('fails a pull request for exactly its leaked key, vulnerable dependency and function of 40 branches', async () => {
    const secret = madeUpToken();
    await repository.write('src/config.js', `export const token = '${secret}';\n`);
    await repository.write('package-lock.json', lockfile({ weak: '1.2.3' }));
    await repository.write('package.json', JSON.stringify({ license: 'MIT', dependencies: { weak: '1.2.3' } }));
    await repository.write('src/route.js', branches(40));
    const headSha = push('feature');
    number = enterprise.github.state.addPullRequest({
      repository: 'acme/web',
      title: 'Feature',
      head: 'feature',
      headSha,
    }).number;
    const run = await completedRun(headSha);
    assert.equal(run.conclusion, 'failure');
    assert.deepEqual(
      run.annotations.map(({ path, title }) => [path, title]),
      [
        ['src/config.js', 'GitHub token in src/config.js'],
        ['package-lock.json', 'weak 1.2.3: Prototype pollution (CVE-2099-0001)'],
        ['src/route.js', 'route has a complexity of 41'],
      ],
    );
    const shown = [run.title, run.summary, run.text, ...run.annotations.map(({ message }) => message)];
    assert.ok(!shown.join().includes(secret), 'the secret is shown nowhere');

    const report = await newestReport();
    assert.deepEqual(report.repository, { name: 'acme/web', commit: headSha, base: connected.baseSha });
    assert.deepEqual(
      report.findings.map(({ rule, state, severity, fix }) => [rule, state, severity, fix !== undefined]),
      [
        ['secrets/github-token', 'new', 'critical', true],
        ['vulnerabilities/CVE-2099-0001', 'new', 'high', true],
        // The existing finding is in `src/old.js`, which the base has too; the new one is in `src/route.js`.
        ['complexity/high', 'existing', 'high', true],
        ['complexity/high', 'new', 'high', true],
      ],
    );
    assert.deepEqual(
      report.result.gate.conditions.filter(({ passed }) => !passed).map(({ name }) => name),
      ['new_critical', 'new_high', 'complexity'],
    );
    assert.equal(report.result.complete, true);
    assert.match(run.detailsUrl ?? '', /\/report\.html\?expires=/);
    const page = await fetch((run.detailsUrl ?? '').replace(/^https?:\/\/[^/]+/, server.url));
    assert.equal(page.status, 200);
    assert.match(await page.text(), /GitHub token in src\/config\.js/);
  });

  it('passes after they are removed, and is asked for with the credential of the App alone', async () => {
    await rm(join(repository.folder, 'src/config.js'));
    await rm(join(repository.folder, 'src/route.js'));
    await repository.write('package-lock.json', lockfile({ weak: '2.0.0' }));
    await repository.write('package.json', JSON.stringify({ license: 'MIT', dependencies: { weak: '2.0.0' } }));
    const headSha = push('feature');
    enterprise.github.state.synchronizePullRequest({ repository: 'acme/web', number, headSha });
    const run = await completedRun(headSha);
    assert.deepEqual([run.conclusion, run.annotations], ['success', []]);
    assert.deepEqual(
      (await newestReport()).findings.filter(({ state }) => state === 'new'),
      [],
    );
    const users = new Set(enterprise.git.requests.map(({ user }) => user));
    assert.deepEqual([...users], [undefined, 'x-access-token']);
    assert.ok(enterprise.git.requests.every(({ line }) => !line.includes('ghs_')));
    assert.deepEqual(enterprise.github.violations, []);
  });

  it('a finding of the default branch gets one task, which closes when it is gone and opens when it is back', async () => {
    const tasks = () => server.call<{ items: { id: number; title: string; status: string }[] }>('GET', '/tasks');
    const pushed = async (version: string): Promise<void> => {
      await repository.write('package-lock.json', lockfile({ weak: version }));
      const sha = push('main');
      enterprise.github.state.push({ repository: 'acme/web', commits: [{ message: 'change', sha }] });
      await waitFor(
        `the analysis of ${sha}`,
        async () => {
          const { items } = await server.call<{ items: { commit_sha: string }[] }>('GET', '/repositories/1/trends');
          return items.some((point) => point.commit_sha === sha);
        },
        ANALYSIS_MS,
      );
    };
    await pushed('1.0.0');
    const [task, ...others] = (await tasks()).items;
    assert.deepEqual(
      [task?.title, task?.status, others.length],
      ['web: weak 1.0.0: Prototype pollution (CVE-2099-0001)', 'todo', 0],
    );
    const issue = await waitFor('the issue', () =>
      enterprise.github.state.issues('acme/web').find(({ title }) => title === task?.title),
    );
    await pushed('2.0.0');
    assert.deepEqual(
      (await tasks()).items.map(({ id, status }) => [id, status]),
      [[task?.id, 'done']],
    );
    await waitFor('the issue to be closed', () => issue.state === 'closed');
    await pushed('1.0.1');
    assert.deepEqual(
      (await tasks()).items.map(({ id, status }) => [id, status]),
      [[task?.id, 'todo']],
    );
  });

  it('is linked to a report that opens without a token while the repository is private, or as the request says', async () => {
    const linked = async (report_link?: string): Promise<boolean> => {
      const mode = report_link === undefined ? {} : { report_link };
      const { body } = await server.analyse('web', { commit_sha: connected.baseSha, fresh: true, ...mode });
      const { result } = await server.comeTo(body.id, 'completed');
      const url = (result?.report_url ?? '').replace(/^https?:\/\/[^/]+/, server.url);
      const { status } = await fetch(url);
      assert.equal(status, url.includes('signature=') ? 200 : 401);
      return status === 200;
    };
    assert.deepEqual([await linked(), await linked('never')], [true, false]);
    enterprise.github.state.setVisibility({ repository: 'acme/web', private: false });
    assert.deepEqual([await linked(), await linked('always')], [false, true]);
  });
});
