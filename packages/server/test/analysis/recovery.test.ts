import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type OsvServer, startOsvServer } from '../../../analyzer/src/advisories/testing/osv-server.ts';
import { type GitServer, startGitServer } from '../../../analyzer/src/git/testing/git-server.ts';
import { createTestRepository, type TestRepository } from '../../../analyzer/src/git/testing/repository.ts';
import { waitFor } from '../harness/wait-for.ts';
import { ANALYSIS_MS, type AnalysisServer, type Job, startAnalysisServer } from './analysis-server.ts';
import { holdOsv } from './held-osv.ts';
import { followJob } from './job-events.ts';
import { branches, lockfile, madeUpToken, weakAdvisory } from './planted.ts';

/** Number of files that keeps an analysis busy long enough to be killed in the middle. */
const FILES = 300;

describe('an analysis in the middle of which a process is killed', () => {
  let folder: string;
  let repository: TestRepository;
  let git: GitServer;
  let osv: OsvServer;
  let server: AnalysisServer;
  let base: string;
  let head: string;
  /** Result of the same analysis without a failure, in another project that shares no results with the first. */
  let undisturbed: unknown;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commandcenter-recovery-'));
    repository = await createTestRepository();
    for (let n = 0; n < FILES; n += 1) await repository.write(`src/part-${n}.js`, branches(10 + (n % 10), `of${n}`));
    await repository.write('package-lock.json', lockfile({ weak: '1.2.3' }));
    base = repository.commit('base');
    await repository.write('src/config.js', `export const token = '${madeUpToken()}';\n`);
    await repository.write('src/part-0.js', branches(40));
    head = repository.commit('head');
    repository.git('clone', '--quiet', '--bare', repository.folder, join(folder, 'web.git'));
    git = await startGitServer(folder);
    osv = await startOsvServer([weakAdvisory()]);
    await start();
    const other = await server.call<{ id: number }>('POST', '/projects', { name: 'Other' });
    for (const project of [1, other.id]) await server.register('web', `${git.url}/web.git`, project);
    const { body } = await server.analyse('web', compared(), other.id);
    await server.comeTo(body.id, 'completed');
    undisturbed = await resultOf(body.id);
  });
  after(async () => {
    await server.stop();
    await git.close();
    await osv[Symbol.asyncDispose]();
    await repository.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<void> => {
    const DATA_DIR = join(folder, 'data');
    server = await startAnalysisServer({ DATA_DIR, EGRESS_ALLOW: '127.0.0.1', OSV_API_URL: osv.url });
  };
  const compared = () => ({ depth: 'standard', commit_sha: head, base_sha: base });
  /** Returns the report without the values that differ from run to run: times, seconds and the report link. */
  const resultOf = async (jobId: number): Promise<unknown> => {
    const { created_at: _created, result, ...report } = await server.report(jobId);
    const { report_url: _url, engines, ...rest } = result;
    return { ...report, ...rest, engines: engines.map(({ seconds: _seconds, ...engine }) => engine) };
  };
  const noFolderIsLeft = () =>
    waitFor(
      'the work folders to be removed',
      async () => (await readdir(join(folder, 'data/analysis/work'))).length === 0,
    );
  const isOver = (pid: number) =>
    waitFor(`process ${pid} to be over`, () => !processes().some((one) => one.pid === pid));
  const analysisProcesses = () =>
    processes().filter(({ parent, command }) => parent === server.process.pid && command.includes('process/child.ts'));
  const analysisProcess = (): number => {
    const [child, ...others] = analysisProcesses();
    assert.ok(child !== undefined && others.length === 0, 'one process does the analysis');
    return child.pid;
  };

  it('is done again when it was its own process, and nobody who follows it hears of a failure', async () => {
    const osvAnswers = holdOsv(osv);
    const { body: job } = await server.analyse('web', compared());
    const followed = followJob(server, job.id);
    await osvAnswers.asked;
    const pid = analysisProcess();
    process.kill(pid, 'SIGKILL');
    osvAnswers.release();
    await isOver(pid);
    await server.comeTo(job.id, 'completed', 'failed');
    await followed.ended;
    assert.deepEqual(await resultOf(job.id), undisturbed);
    assert.deepEqual(
      followed.events.map(({ type }) => type).filter((type) => type !== 'progress'),
      ['completed'],
    );
    assert.deepEqual(
      (await server.analyses()).map(({ id }) => id),
      [job.id],
    );
    await noFolderIsLeft();
  });

  it('fails, saying how, when its own process is killed again and again', async () => {
    const { body: job } = await server.analyse('web', { commit_sha: base });
    let killed = 0;
    const failed = await waitFor(
      'the analysis to be given up',
      async () => {
        for (const { pid } of analysisProcesses()) {
          process.kill(pid, 'SIGKILL');
          await isOver(pid);
          killed += 1;
        }
        const now = await server.call<Job>('GET', `/jobs/${job.id}`);
        return now.status !== 'pending' && now.status !== 'running' && now;
      },
      ANALYSIS_MS,
    );
    assert.deepEqual([failed.status, failed.error?.code, killed], ['failed', 'analysis.died', 2]);
    assert.match(failed.error?.detail ?? '', /SIGKILL/);
    await noFolderIsLeft();
  });

  it('is taken up by the next start when it was the server, and what was given up before stays so', async () => {
    const earlier = (await server.analyses()).map(({ id }) => id);
    let osvAnswers = holdOsv(osv);
    const { body: job } = await server.analyse('web', { ...compared(), fresh: true });
    const followed = followJob(server, job.id);
    await osvAnswers.asked;
    const orphan = analysisProcess();
    await waitFor('its progress to be told', () => followed.events.length > 0);
    const { body: superseded } = await server.analyse('web', { branch: 'main', commit_sha: base });
    const { body: newer } = await server.analyse('web', { branch: 'main', commit_sha: head });
    const { body: cancelled } = await server.analyse('web', { commit_sha: base });
    await server.call('POST', `/jobs/${cancelled.id}/cancel`);
    await server.process.kill('SIGKILL');
    await followed.ended;
    await isOver(orphan);
    assert.ok(followed.events.every(({ type }) => type === 'progress'));

    // Cancel the newer job while it runs, and kill the server before its worker can notice.
    osvAnswers = holdOsv(osv);
    await start();
    await osvAnswers.asked;
    await server.comeTo(newer.id, 'running');
    await server.call('POST', `/jobs/${newer.id}/cancel`);
    await server.process.kill('SIGKILL');
    osvAnswers.release();
    await start();
    const lastSeen = followed.events.at(-1)?.id ?? 0;
    const again = followJob(server, job.id, lastSeen);
    await server.comeTo(job.id, 'completed', 'failed');
    await again.ended;

    assert.deepEqual(await resultOf(job.id), undisturbed);
    assert.ok(again.events.every(({ id }) => id > lastSeen));
    assert.equal(again.events.at(-1)?.type, 'completed');
    const seen = await server.send('GET', `/jobs/${job.id}/events`, undefined, {
      'last-event-id': String(again.events.at(-1)?.id),
    });
    assert.equal(seen.status, 204);

    for (const { id } of [superseded, newer, cancelled]) {
      const given = await server.comeTo(id, 'cancelled', 'completed', 'failed');
      assert.deepEqual([id, given.status, given.result], [id, 'cancelled', null]);
    }
    const { error } = await server.call<Job>('GET', `/jobs/${superseded.id}`);
    assert.deepEqual([error?.code, error?.superseded_by], ['job.superseded', newer.id]);
    assert.deepEqual(
      (await server.analyses()).map(({ id }) => id).filter((id) => !earlier.includes(id)),
      [cancelled.id, newer.id, superseded.id, job.id],
    );
    await noFolderIsLeft();
  });
});

/** Returns the running processes of this machine, without zombies. */
function processes(): { pid: number; parent: number; command: string }[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8', maxBuffer: 16 * 1024 ** 2 })
    .split('\n')
    .flatMap((line) => {
      const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
      return command === undefined || state?.startsWith('Z')
        ? []
        : [{ pid: Number(pid), parent: Number(parent), command }];
    });
}
