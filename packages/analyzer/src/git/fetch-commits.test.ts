import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { AnalysisError } from '../errors.ts';
import { type FetchCommitsOptions, fetchCommits } from './fetch-commits.ts';
import { type Mirror, openMirror } from './mirror.ts';
import { runGitLine } from './run-git.ts';
import { sendEndlessPack } from './testing/endless-pack.ts';
import { type GitServer, type GitServerOptions, startGitServer } from './testing/git-server.ts';
import { createTestRepository, type TestRepository } from './testing/repository.ts';

const { signal } = new AbortController();
const credential = { username: 'x-access-token', password: 's3cret/pass word' };

describe('fetchCommits', () => {
  let origin: TestRepository;
  let commits: string[];
  let folder: string;
  let mirror: Mirror;
  const servers: GitServer[] = [];

  before(async () => {
    origin = await createTestRepository();
    commits = [];
    for (let n = 0; n < 4; n += 1) {
      await origin.write('a.txt', `${n}`);
      commits.push(origin.commit(`change ${n}`));
    }
    origin.git('branch', 'topic', commits[2] ?? '');
    origin.git('update-ref', 'refs/pull/1/head', commits[1] ?? '');
  });
  after(() => origin.remove());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fetch-'));
    mirror = await openMirror(join(folder, 'mirror.git'), signal);
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
    await rm(folder, { recursive: true });
  });

  const start = async (options?: GitServerOptions): Promise<GitServer> => {
    const server = await startGitServer(dirname(origin.folder), options);
    servers.push(server);
    return server;
  };
  const path = () => `/${basename(origin.folder)}`;
  const fetchFrom = (url: string, options: Partial<FetchCommitsOptions> = {}) =>
    fetchCommits({ mirror, url, commits: [{ sha: commits[3] ?? '' }], protocols: ['http'], signal, ...options });
  const has = async (commit: string | undefined): Promise<boolean> =>
    await runGitLine(['cat-file', '-e', commit ?? ''], { gitDirectory: mirror.gitDirectory, signal }).then(
      () => true,
      () => false,
    );

  it('fetches exactly the requested commits, each one once', async () => {
    const server = await start();
    const wanted = [{ sha: commits[3] ?? '' }, { sha: commits[1] ?? '' }];
    assert.deepEqual(await fetchFrom(server.url + path(), { commits: wanted }), [commits[3], commits[1]]);
    assert.deepEqual(await Promise.all(commits.map(has)), [false, true, false, true]);
    const asked = server.requests.length;
    assert.deepEqual(await fetchFrom(server.url + path(), { commits: wanted }), [commits[3], commits[1]]);
    assert.equal(server.requests.length, asked);
  });

  it('fetches branches, other refs and the default branch at their current commits', async () => {
    const { url } = await start();
    const named = [{ ref: 'topic' }, { ref: 'refs/pull/1/head' }, {}];
    assert.deepEqual(await fetchFrom(url + path(), { commits: named }), [commits[2], commits[1], commits[3]]);
    origin.git('branch', '--force', 'moving', commits[0] ?? '');
    assert.deepEqual(await fetchFrom(url + path(), { commits: [{ ref: 'moving' }] }), [commits[0]]);
    origin.git('branch', '--force', 'moving', commits[1] ?? '');
    assert.deepEqual(await fetchFrom(url + path(), { commits: [{ ref: 'moving' }] }), [commits[1]]);
  });

  it('fetches history if requested', async () => {
    const { url } = await start();
    await fetchFrom(url + path());
    assert.equal(await has(commits[2]), false);
    await fetchFrom(url + path(), { depth: 3 });
    assert.deepEqual(await Promise.all(commits.map(has)), [false, true, true, true]);
  });

  it('finds a commit on a server that delivers branches only', async () => {
    const { url } = await start({ oldProtocol: true });
    assert.deepEqual(await fetchFrom(url + path(), { commits: [{ sha: commits[1] ?? '', ref: 'main' }] }), [
      commits[1],
    ]);
    assert.deepEqual(await fetchFrom(url + path(), { commits: [{ sha: commits[0] ?? '' }, { ref: 'topic' }] }), [
      commits[0],
      commits[2],
    ]);
    await assert.rejects(fetchFrom(url + path(), { commits: [{ sha: 'f'.repeat(40) }] }), {
      code: 'source.unknown_commit',
    });
  });

  it('sends its credential only to the server that asks for it', async () => {
    const server = await start({ credential });
    assert.deepEqual(await fetchFrom(server.url + path(), { credential }), [commits[3]]);
    assert.ok(server.requests.some(({ user }) => user === credential.username));
    const config = await readFile(join(mirror.gitDirectory, 'config'), 'utf8');
    assert.doesNotMatch(config, /s3cret/);
    const address = server.url.replace('//', `//${credential.username}:${encodeURIComponent(credential.password)}@`);
    assert.deepEqual(await fetchFrom(address + path(), { commits: [{ sha: commits[2] ?? '' }] }), [commits[2]]);
  });

  it('reports a wrong or missing credential without revealing it', async () => {
    const { url } = await start({ credential });
    for (const wrong of [{ ...credential, password: 'wr0ng-password' }, undefined]) {
      const error = await fetchFrom(url + path(), wrong === undefined ? {} : { credential: wrong }).catch(
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof AnalysisError);
      assert.equal(error.code, 'source.auth');
      const shown = JSON.stringify([error.message, error.hint, error.stack, error.cause]);
      const basic = Buffer.from(`${credential.username}:wr0ng-password`).toString('base64');
      assert.ok(!shown.includes('wr0ng') && !shown.includes(basic), shown);
    }
  });

  it('sends no credential to another server after a redirect, but does to a renamed repository', async () => {
    const other = await start();
    const { url } = await start({
      credential,
      before(request, response) {
        const allowed = request.headers.authorization !== undefined;
        const target =
          request.url?.startsWith('/away') === true
            ? other.url
            : request.url?.startsWith('/old') === true
              ? ''
              : undefined;
        if (!allowed || target === undefined) return false;
        const rest = request.url?.replace(/^\/\w+/, path());
        response.writeHead(301, { location: `${target}${rest}` }).end();
        return true;
      },
    });
    assert.deepEqual(await fetchFrom(`${url}/old`, { credential }), [commits[3]]);
    assert.deepEqual(await fetchFrom(`${url}/away`, { credential, commits: [{ sha: commits[0] ?? '' }] }), [
      commits[0],
    ]);
    assert.ok(other.requests.length > 0);
    assert.deepEqual(
      other.requests.filter(({ headers }) => headers.authorization !== undefined),
      [],
    );
  });

  it('uses the given proxy', async () => {
    const { url } = await start();
    const closed = await start();
    await closed.close();
    servers.pop();
    await assert.rejects(fetchFrom(url + path(), { proxy: closed.url }), { code: 'source.unreachable' });
    assert.deepEqual(await fetchFrom(`http://host.invalid${path()}`, { proxy: url }), [commits[3]]);
  });

  it('distinguishes the causes of failures', async () => {
    const empty = await createTestRepository();
    const { url } = await start({
      before(request, response) {
        if (request.url?.startsWith('/page') !== true) return false;
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>');
        return true;
      },
    });
    try {
      const cases: [code: string, url: string, options?: Partial<FetchCommitsOptions>][] = [
        ['source.unknown_commit', url + path(), { commits: [{ sha: 'f'.repeat(40) }] }],
        ['source.unknown_commit', url + path(), { commits: [{ ref: 'no-such-branch' }] }],
        ['source.unknown_commit', url + path(), { commits: [{ sha: 'abc' }] }],
        ['source.unknown_commit', url + path(), { commits: [{ ref: '--upload-pack=evil' }] }],
        ['source.unknown_commit', url + path(), { commits: [{ ref: 'main:refs/heads/x' }] }],
        ['source.empty', `${url}/${basename(empty.folder)}`, { commits: [{}] }],
        ['source.not_found', `${url}/no-such-repository`],
        ['source.not_a_repository', `${url}/page`],
        ['source.unreachable', 'http://127.0.0.1:1/x'],
        ['source.bad_url', 'ext::sh -c evil'],
        ['source.bad_url', 'https://example.org/x'],
        ['source.bad_url', `${url}${path()}#main`],
        ['source.bad_url', '/etc'],
        ['source.bad_url', 'ssh://-oProxyCommand=evil/x', { protocols: ['ssh'] }],
        ['source.bad_url', '-oProxyCommand=evil:x', { protocols: ['ssh'] }],
      ];
      for (const [code, from, options] of cases) {
        const error = await fetchFrom(from, options).catch((reason: unknown) => reason);
        assert.ok(error instanceof AnalysisError, from);
        assert.equal(error.code, code, `${from}: ${error.message}`);
      }
    } finally {
      await empty.remove();
    }
  });

  it('limits the time and the size of a fetch', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const port = (silent.address() as { port: number }).port;
    await assert.rejects(fetchFrom(`http://127.0.0.1:${port}/x`, { timeLimitMs: 300 }), { code: 'source.timeout' });
    const cancel = new AbortController();
    const cancelled = fetchFrom(`http://127.0.0.1:${port}/x`, { signal: cancel.signal });
    silent.once('connection', () => cancel.abort(new Error('cancelled')));
    await assert.rejects(cancelled, /cancelled/);
    silent.close();

    const { url } = await start({
      before(request, response) {
        if (request.method !== 'POST') return false;
        sendEndlessPack(response);
        return true;
      },
    });
    await assert.rejects(fetchFrom(url + path(), { sizeLimit: 20 * 1024 ** 2 }), { code: 'source.too_large' });
  });

  it('recovers from damaged mirrors and killed fetches', async () => {
    const { url } = await start();
    await fetchFrom(url + path());
    const packs = join(mirror.gitDirectory, 'objects/pack');
    for (const name of await readdir(packs)) await truncate(join(packs, name), 10).catch(() => undefined);
    assert.deepEqual(await fetchFrom(url + path(), { commits: [{ sha: commits[1] ?? '' }] }), [commits[1]]);
    await writeFile(join(mirror.gitDirectory, 'shallow.lock'), '');
    await writeFile(join(packs, 'tmp_pack_abc'), 'half a pack');
    assert.deepEqual(await fetchFrom(url + path(), { commits: [{ sha: commits[0] ?? '' }] }), [commits[0]]);
    assert.ok(!(await readdir(packs)).includes('tmp_pack_abc'));
    await rm(join(mirror.gitDirectory, 'HEAD'));
    assert.deepEqual(await fetchFrom(url + path()), [commits[3]]);
  });

  it('reads a local folder if that is allowed', async () => {
    assert.deepEqual(await fetchFrom(`file://${origin.folder}`, { protocols: ['file'] }), [commits[3]]);
  });
});
