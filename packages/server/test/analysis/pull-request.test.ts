import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type AnalysisReport, importAdvisories } from '@commandcenter/analyzer';
import { type FakeGitHub, startFakeGitHub } from '@commandcenter/fake-github';
import { type GitServer, startGitServer } from '../../../analyzer/src/git/testing/git-server.ts';
import { createTestRepository, type TestRepository } from '../../../analyzer/src/git/testing/repository.ts';
import { type ServerProcess, startServerProcess } from '../harness/server-process.ts';
import { waitFor } from '../harness/wait-for.ts';

const TOKEN = 'the-admin-token-of-this-test';
/** An analysis takes seconds, and many on a busy machine. */
const LIMIT_MS = 120_000;
const APP = { appId: 12, slug: 'helper' };
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

/** A GitHub Enterprise: its API from the stand-in, its repositories from git itself. */
async function startEnterprise(gitFolder: string): Promise<{
  url: string;
  github: FakeGitHub;
  git: GitServer;
  close(): Promise<void>;
}> {
  const git = await startGitServer(gitFolder, {
    before(request, response) {
      if (request.headers.authorization !== undefined) return false;
      response.writeHead(401, { 'www-authenticate': 'Basic realm="GitHub"' }).end();
      return true;
    },
  });
  let api = '';
  const front: Server = createServer((incoming, answer) => {
    const target = incoming.url?.startsWith('/api/') ? api : git.url;
    const { method, headers } = incoming;
    const outgoing = forward(new URL(incoming.url ?? '/', target), { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.on('error', () => answer.destroy());
    incoming.pipe(outgoing);
  });
  front.listen(0, '127.0.0.1');
  await new Promise((resolve) => front.once('listening', resolve));
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const github = await startFakeGitHub({ htmlUrl: url });
  api = github.url;
  return {
    url,
    github,
    git,
    async close() {
      front.closeAllConnections();
      front.close();
      await github.close();
      await git.close();
    },
  };
}

const lockfile = (dependencies: Record<string, string>): string =>
  JSON.stringify({
    name: 'app',
    version: '1.0.0',
    lockfileVersion: 3,
    packages: {
      '': { name: 'app', version: '1.0.0', dependencies },
      ...Object.fromEntries(
        Object.entries(dependencies).map(([name, version]) => [
          `node_modules/${name}`,
          { version, resolved: `https://registry.npmjs.org/${name}/-/${name}-${version}.tgz`, license: 'MIT' },
        ]),
      ),
    },
  });

const branches = (count: number, of = 'kind'): string =>
  `export function route(${of}) {\n${Array.from({ length: count }, (_, n) => `  if (${of} === ${n}) return '${n}';\n`).join('')}}\n`;

const advisory = {
  schema_version: '1.4.0',
  id: 'GHSA-test-test-test',
  aliases: ['CVE-2099-0001'],
  modified: '2026-01-01T00:00:00Z',
  summary: 'Prototype pollution',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'npm', name: 'weak' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    },
  ],
};

describe('a pull request at GitHub', () => {
  let folder: string;
  let repository: TestRepository;
  let enterprise: Awaited<ReturnType<typeof startEnterprise>>;
  let server: ServerProcess;
  let url: string;
  let baseSha: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commandcenter-pull-request-'));
    await writeFile(join(folder, 'advisory.json'), JSON.stringify(advisory));
    const dataFolder = join(folder, 'data');
    const importing = { signal: new AbortController().signal, now: new Date(), onProgress() {} };
    await importAdvisories(folder, join(dataFolder, 'advisories'), importing);

    repository = await createTestRepository();
    await repository.write('package.json', JSON.stringify({ name: 'app', license: 'MIT', dependencies: {} }));
    await repository.write('package-lock.json', lockfile({}));
    await repository.write('src/old.js', branches(35, 'other'));
    await repository.write('.commandcenter.yml', 'analysis:\n  tasks:\n    create_issues: true\n');
    baseSha = repository.commit('base');

    enterprise = await startEnterprise(folder);
    repository.git('clone', '--quiet', '--bare', repository.folder, join(folder, 'acme/web.git'));
    const { state } = enterprise.github;
    state.addOrganization('acme', { members: { ann: 'member' } });
    state.addRepository({ owner: 'acme', name: 'web', headSha: baseSha });
    state.addApp({ ...APP, publicKey });
    const installation = state.addInstallation({ appId: APP.appId, account: 'acme' });

    server = startServerProcess({
      DATA_DIR: dataFolder,
      COMMANDCENTER_ADMIN_TOKEN: TOKEN,
      EGRESS_ALLOW: '127.0.0.1',
      OSV_API_URL: 'off',
    });
    ({ url } = await server.ready());
    await call('/integrations', {
      project_id: 1,
      name: 'GitHub',
      integration_type: 'github',
      auth_type: 'github_app',
      private_key: privateKey,
      config: {
        api_url: `${enterprise.url}/api/v3`,
        app_id: APP.appId,
        installation_id: installation.id,
        webhook_secret: 'a-secret',
      },
    });
    state.addWebhook({
      repository: 'acme/web',
      url: `${url}/api/v1/integrations/github/webhook`,
      secret: 'a-secret',
      events: ['pull_request', 'push'],
    });
  });

  after(async () => {
    await server.stop('SIGTERM');
    await enterprise.close();
    await repository.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const call = async <Answer>(path: string, body?: unknown): Promise<Answer> => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.ok(answer.ok, `${path} answered ${answer.status}: ${await answer.clone().text()}`);
    return (await answer.json()) as Answer;
  };
  const push = (branch: string): string => {
    const sha = repository.commit(`change of ${branch}`);
    repository.git('push', '--quiet', '--force', join(folder, 'acme/web.git'), `HEAD:refs/heads/${branch}`);
    return sha;
  };
  const completedRun = (sha: string) =>
    waitFor(
      `the check of ${sha}`,
      () =>
        enterprise.github.state
          .checkRuns('acme/web')
          .find(({ headSha, status }) => headSha === sha && status === 'completed'),
      LIMIT_MS,
    );
  const newestReport = async (): Promise<AnalysisReport> => {
    const { items } = await call<{ items: { id: number }[] }>('/jobs?job_type=repository_analysis&status=completed');
    return await call(`/jobs/${items[0]?.id}/report`);
  };

  let number = 0;

  it('that brings a leaked key, a vulnerable dependency and a function of 40 branches fails, for exactly these', async () => {
    const secret = `ghp_${randomBytes(60).toString('base64').replaceAll(/\W/g, '').slice(0, 36)}`;
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
    assert.deepEqual(report.repository, { name: 'acme/web', commit: headSha, base: baseSha });
    assert.deepEqual(
      report.findings.map(({ rule, state, severity, fix }) => [rule, state, severity, fix !== undefined]),
      [
        ['secrets/github-token', 'new', 'critical', true],
        ['vulnerabilities/CVE-2099-0001', 'new', 'high', true],
        // src/old.js, which had it before, and src/route.js.
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
    const page = await fetch((run.detailsUrl ?? '').replace(/^https?:\/\/[^/]+/, url));
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
    const tasks = () => call<{ items: { id: number; title: string; status: string }[] }>('/tasks');
    const pushed = async (version: string): Promise<void> => {
      await repository.write('package-lock.json', lockfile({ weak: version }));
      const sha = push('main');
      enterprise.github.state.push({ repository: 'acme/web', commits: [{ message: 'change', sha }] });
      await waitFor(
        `the analysis of ${sha}`,
        async () => {
          const { items } = await call<{ items: { commit_sha: string }[] }>('/repositories/1/trends');
          return items.some((point) => point.commit_sha === sha);
        },
        LIMIT_MS,
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
});
