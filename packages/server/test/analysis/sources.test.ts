import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type GitServer, startGitServer } from '../../../analyzer/src/git/testing/git-server.ts';
import { createTestRepository, type TestRepository } from '../../../analyzer/src/git/testing/repository.ts';
import { type AnalysisServer, type Job, startAnalysisServer } from './analysis-server.ts';

describe('the source of an analysis', () => {
  let folder: string;
  let repository: TestRepository;
  let git: GitServer;
  let server: AnalysisServer;
  let first: string;
  let second: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commandcenter-sources-'));
    repository = await createTestRepository();
    await repository.write('a.js', 'export const a = 1;\n');
    first = repository.commit('first');
    await repository.write('a.js', 'export const a = 2;\n');
    second = repository.commit('second');
    const gitFolder = join(folder, 'git');
    await mkdir(gitFolder);
    repository.git('clone', '--quiet', '--bare', repository.folder, join(gitFolder, 'good.git'));
    repository.git('init', '--quiet', '--bare', join(gitFolder, 'empty.git'));
    git = await startGitServer(gitFolder, {
      before(request, response) {
        if (!request.url?.startsWith('/private')) return false;
        response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
        return true;
      },
    });
    server = await startAnalysisServer({
      DATA_DIR: join(folder, 'data'),
      EGRESS_ALLOW: git.url.replace('http://', ''),
      OSV_API_URL: 'off',
    });
  });
  after(async () => {
    await server.stop();
    await git.close();
    await repository.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const ended = async (name: string, parameters?: Record<string, unknown>): Promise<Job> => {
    const { body } = await server.analyse(name, parameters);
    return server.comeTo(body.id, 'completed', 'failed', 'awaiting_source');
  };

  it('is fetched from the clone_url; the same request is the same job until the repository or what is asked changes', async () => {
    await server.register('good', `${git.url}/good.git`);
    const made = await server.analyse('good');
    assert.equal(made.status, 201);
    const job = await server.comeTo(made.body.id, 'completed');
    // The result is complete although the server has no advisory database, because there are no dependencies to look up.
    assert.equal(job.result?.complete, true, 'there are no dependencies to look up');
    const again = await server.analyse('good');
    assert.deepEqual([again.status, again.body.id], [200, job.id]);
    assert.equal((await server.analyse('good', { fresh: true })).status, 201);
    const named = await server.analyse('good', { commit_sha: first, base_sha: second });
    assert.equal(named.status, 201);
    await server.comeTo(named.body.id, 'completed');
    const same = await server.analyse('good', { commit_sha: first, base_sha: first });
    assert.deepEqual((await server.comeTo(same.body.id, 'completed')).result?.counts.new, {
      critical: 0,
      high: 0,
      medium: 0,
      low: 0,
    });
    const namedAgain = await server.analyse('good', { commit_sha: first, base_sha: second });
    assert.deepEqual([namedAgain.status, namedAgain.body.id], [200, named.body.id]);
    await repository.write('a.js', 'export const a = 3;\n');
    repository.commit('third');
    repository.git('push', '--quiet', join(folder, 'git/good.git'), 'HEAD:refs/heads/main');
    assert.equal((await server.analyse('good')).status, 201);
  });

  const faults: [name: string, path: string, parameters: Record<string, unknown>, status: string, code: string][] = [
    ['unknown-commit', '/good.git', { commit_sha: 'a'.repeat(40) }, 'failed', 'source.unknown_commit'],
    ['unknown-branch', '/good.git', { branch: 'no-such' }, 'failed', 'source.unknown_commit'],
    ['empty', '/empty.git', {}, 'failed', 'source.empty'],
    ['private', '/private.git', {}, 'awaiting_source', 'source.auth'],
    ['missing', '/missing.git', {}, 'awaiting_source', 'source.not_found'],
  ];
  for (const [name, path, parameters, status, code] of faults) {
    it(`reports a source that is not available (${name}) with the remedy`, async () => {
      await server.register(name, `${git.url}${path}`);
      const job = await ended(name, parameters);
      assert.deepEqual([job.status, job.error?.code], [status, code], JSON.stringify(job));
      assert.ok((job.error?.detail ?? '').length > 10 && (job.error?.remedy ?? '').length > 10);
    });
  }

  it('reports an address that outgoing requests may not reach, and sends none', async () => {
    await server.register('intranet', 'https://127.0.0.1:1/x.git');
    const job = await ended('intranet');
    assert.deepEqual([job.status, job.error?.code], ['awaiting_source', 'source.unreachable']);
    assert.match(
      `${job.error?.detail} ${job.error?.remedy}`,
      /outgoing connections|not an address of the public internet/,
    );
  });

  it('waits for the source of an unknown repository and compares the uploaded head and base', async () => {
    const { status, body } = await server.analyse('unknown');
    assert.equal(status, 201);
    const waiting = await server.comeTo(body.id, 'awaiting_source');
    assert.equal(waiting.error?.code, 'source.unreachable');
    assert.match(waiting.current_step ?? '', /Upload it/);
    for (const [side, text] of [
      ['head', `export const key = '${['AKIA', 'Z3MHTGVZQ7FJ2LKP'].join('')}';\n`],
      ['base', 'export const key = 1;\n'],
    ] as const) {
      await mkdir(join(folder, 'upload', side), { recursive: true });
      await writeFile(join(folder, 'upload', side, 'key.js'), text);
    }
    const refused = await server.ask('PUT', `/jobs/${body.id}/source`, new TextEncoder().encode('no archive'));
    assert.equal(refused.status, 422);
    const broken = gzipSync(Buffer.from('no tar in it'));
    assert.equal((await server.ask('PUT', `/jobs/${body.id}/source`, broken)).status, 200);
    assert.equal((await server.comeTo(body.id, 'failed')).error?.code, 'source.bad_archive');

    const again = await server.analyse('unknown');
    await server.comeTo(again.body.id, 'awaiting_source');
    const archive = execFileSync('tar', ['-czf', '-', '-C', join(folder, 'upload'), 'head', 'base']);
    assert.equal((await server.ask('PUT', `/jobs/${again.body.id}/source`, archive)).status, 200);
    const done = await server.comeTo(again.body.id, 'completed');
    assert.deepEqual(done.result?.counts.new, { critical: 1, high: 0, medium: 0, low: 0 });
    assert.equal(done.error, null);
  });

  it('cancels a job that waits for its source', async () => {
    const { body } = await server.analyse('never');
    await server.comeTo(body.id, 'awaiting_source');
    const cancelled = await server.ask('POST', `/jobs/${body.id}/cancel`);
    assert.deepEqual([cancelled.status, cancelled.body.status], [200, 'cancelled']);
  });
});
