import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createTestRepository, type TestRepository } from '../../../src/git/testing/repository.ts';
import { type Cache, runHistoryEngine } from './run-history-engine.ts';

// Fake AWS key that is assembled at runtime, so that scanners do not report this file.
const awsKey = ['AKIA', 'Z7Q4', 'MNPX', 'C2RT', 'VWLK'].join('');
const awsSecret = ['q7Rk9vXw2Lm5Tz8B', 'c4Nd1Yf6Hj3Pg0Sa', 'Ue7Ki9Qo'].join('');
const secretFile = `aws_access_key_id = ${awsKey}\naws_secret_access_key = ${awsSecret}\n`;

describe('the history engine', () => {
  let repository: TestRepository;
  beforeEach(async () => {
    repository = await createTestRepository();
  });
  afterEach(() => repository.remove());
  const analyze = (cache?: Cache) =>
    runHistoryEngine(repository.gitDirectory, repository.git('rev-parse', 'HEAD'), cache);

  it('reports a secret that was removed, with the commit that added it', async () => {
    await repository.write('a.ts', 'export {};\n');
    repository.commit();
    await repository.write('config/aws.ini', secretFile);
    const leak = repository.commit('leak', { date: '2026-01-02T03:04:05Z' });
    await repository.write('config/aws.ini', `# moved\n${secretFile}`);
    repository.commit();
    await repository.write('config/aws.ini', '# none\n');
    repository.commit();
    const { findings, coverage } = await analyze();
    assert.equal(coverage.complete, true);
    assert.ok(findings.length > 0);
    for (const { rule, severity, path, message, fix } of findings) {
      assert.deepEqual([rule, severity, path], ['history/secret-in-past-commit', 'high', 'config/aws.ini']);
      assert.match(message, new RegExp(`^Commit ${leak.slice(0, 10)} of 2026-01-02 `));
      assert.match(fix ?? '', /harmless/);
      assert.doesNotMatch(JSON.stringify(findings), new RegExp(`${awsKey}|${awsSecret}`));
    }
    assert.equal(new Set(findings.map(({ identity }) => identity)).size, findings.length);
  });

  it('finds secrets from a merge commit and from a merged branch', async () => {
    await repository.write('a', '1');
    repository.commit();
    repository.git('checkout', '--quiet', '-b', 'topic');
    await repository.write('.env.production', secretFile);
    const leak = repository.commit();
    await rm(join(repository.folder, '.env.production'));
    repository.commit();
    repository.git('checkout', '--quiet', 'main');
    await repository.write('b', '1');
    repository.commit();
    repository.git('merge', '--quiet', '--no-edit', 'topic');
    const { findings } = await analyze();
    assert.ok(findings.length > 0);
    assert.ok(findings.every(({ message }) => message.includes(leak.slice(0, 10))));
  });

  it('ignores secrets that are still in a file, and lowers the severity in tests', async () => {
    await repository.write('aws.ini', secretFile);
    repository.commit();
    await repository.write('moved.ini', `[default]\n${secretFile}`);
    await rm(join(repository.folder, 'aws.ini'));
    repository.commit();
    assert.deepEqual((await analyze()).findings, []);
    await rm(join(repository.folder, 'moved.ini'));
    repository.commit();
    assert.ok((await analyze()).findings.length > 0);

    const other = await createTestRepository();
    await other.write('test/fixtures/aws.ini', secretFile);
    other.commit();
    await rm(join(other.folder, 'test'), { recursive: true });
    const { findings } = await runHistoryEngine(other.gitDirectory, other.commit());
    await other.remove();
    assert.deepEqual([...new Set(findings.map(({ severity }) => severity))], ['medium']);
  });

  it('continues where the previous analysis stopped', async () => {
    await repository.write('aws.ini', secretFile);
    await repository.write('a.txt', 'nothing');
    repository.commit();
    await rm(join(repository.folder, 'aws.ini'));
    await rm(join(repository.folder, 'a.txt'));
    repository.commit();
    const cache: Cache = new Map();
    const first = await analyze(cache);
    const blob = repository.git('rev-parse', 'HEAD~1:aws.ini');
    await rm(join(repository.gitDirectory, 'objects', blob.slice(0, 2), blob.slice(2)));
    const second = await analyze(cache);
    assert.deepEqual(second.findings, first.findings);
    assert.equal(second.coverage.filesSeen, first.coverage.filesSeen);
    const { findings, coverage } = await analyze();
    assert.deepEqual([findings, coverage.complete], [[], false]);
    assert.match(coverage.reason ?? '', /1 earlier contents of files are not in this copy/);
  });

  it('reports complex files that change often, without names of authors', async () => {
    const now = new Date();
    const daysAgo = (days: number): string => new Date(now.getTime() - days * 86_400_000).toISOString();
    const complex = (n: number) => `function f(a) {\n${`  if (a) return ${n};\n`.repeat(9)}}\n`;
    await repository.write('old.js', complex(0));
    await repository.write('hot.js', complex(0));
    repository.commit('long ago', { date: daysAgo(500) });
    for (let n = 1; n <= 4; n += 1) {
      await repository.write('hot.js', complex(n));
      await repository.write('notes.txt', `${n}`);
      repository.commit('change', {
        date: daysAgo(100 - n),
        author: n === 1 ? 'B <b@example.org>' : 'A <a@example.org>',
      });
    }
    const { facts, findings } = await analyze();
    assert.deepEqual(facts, {
      hotspots: [{ path: 'hot.js', commits: 4, complexity: 10, authors: 2, main_author_percent: 75 }],
    });
    assert.deepEqual(findings, []);
  });

  it('is incomplete if there is no history or it was not fetched', async () => {
    await repository.write('aws.ini', secretFile);
    repository.commit();
    for (let n = 0; n < 3; n += 1) {
      await repository.write('aws.ini', `${n}`);
      repository.commit();
    }
    const clones = await mkdtemp(join(tmpdir(), 'history-'));
    try {
      for (const [depth, reason] of [
        [1, /Only the last commit was fetched/],
        [2, /fetched back to [0-9a-f]{10} only/],
      ] as const) {
        const clone = join(clones, `depth-${depth}`);
        execFileSync('git', ['clone', '--quiet', '--bare', `--depth=${depth}`, `file://${repository.folder}`, clone]);
        const { coverage } = await runHistoryEngine(clone, repository.git('rev-parse', 'HEAD'));
        assert.equal(coverage.complete, false);
        assert.match(coverage.reason ?? '', reason);
      }
      repository.git('config', 'uploadpack.allowFilter', 'true');
      const partial = join(clones, 'partial');
      execFileSync('git', ['clone', '--quiet', '--bare', '--filter=blob:none', `file://${repository.folder}`, partial]);
      const { coverage } = await runHistoryEngine(partial, null);
      assert.match(coverage.reason ?? '', /3 earlier contents of files are not in this copy/);
    } finally {
      await rm(clones, { recursive: true });
    }
    const { coverage } = await runHistoryEngine(null, null);
    assert.equal(coverage.complete, false);
    assert.match(coverage.reason ?? '', /no history here/);
  });
});
