import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createTestRepository, type TestRepository } from '../../analyzer/src/git/testing/repository.ts';
import { analyzeToReport, engineOf, incompleteOf, plantedSecret } from './harness/analyze-to-report.ts';
import { runCommandcenter } from './harness/run-commandcenter.ts';

describe('commandcenter analyze on a local folder', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commandcenter-analyze-'));
    for (const name of ['plain', 'empty', 'temporary']) await mkdir(join(folder, name));
    await writeFile(join(folder, 'plain/key.js'), plantedSecret());
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const place = (name: string): string => join(folder, name);
  const refused = async (args: string[], environment: Record<string, string> = {}): Promise<string> => {
    const { code, stdout, stderr } = await runCommandcenter(['analyze', ...args], { environment });
    assert.deepEqual([code, stdout], [2, ''], stderr);
    assert.doesNotMatch(stderr, /^\s+at /m);
    return stderr;
  };

  describe('exits with 2 and explains the mistake', { concurrency: 2 }, () => {
    const cases: [args: string[], expected: RegExp][] = [
      [[], /missing required argument 'path\|url'/],
      [['.', '--depth', 'deep'], /Allowed choices are quick, standard, comprehensive/],
      [['.', '--format', 'xml'], /Allowed choices are table, json, sarif, markdown, html/],
      [['.', '--fail-on', 'severe'], /Allowed choices are critical, high, medium, low/],
      [['no/such/folder'], /There is no folder .*no\/such\/folder/],
      [[import.meta.filename], /analyze\.test\.ts is no folder\. Analyze the folder it is in/],
      [['ext::sh -c evil'], /There is no folder/],
      [['ftp://example.org/x'], /Only https:\/\/, http:\/\/, ssh:\/\/, file:\/\/ addresses are fetched from/],
      [['https://example.org/x#main'], /has no "#…": give the branch or commit by itself/],
    ];
    for (const [args, expected] of cases) {
      it(`analyze ${args.map((arg) => arg.replace(import.meta.filename, '<a file>')).join(' ')}`, async () => {
        assert.match(await refused(args), expected);
      });
    }
  });

  it('analyzes a folder without git, without a base', async () => {
    const { code, report } = await analyzeToReport(place('plain'), ['--depth', 'quick']);
    assert.equal(code, 1, 'the gate failed');
    assert.deepEqual(report.repository, { name: 'plain', commit: null, base: null });
    assert.deepEqual(
      report.findings.map(({ path, rule, state }) => [path, rule, state]),
      [['key.js', 'secrets/aws-access-key', 'new']],
    );
    assert.match(await refused([place('plain'), '--base', 'main']), /not a git repository, so it has no base/);
  });

  it('does not report an empty folder as clean', async () => {
    execFileSync('git', ['init', '--quiet', place('empty')]);
    const { report } = await analyzeToReport(place('empty'), ['--depth', 'quick']);
    assert.match(incompleteOf(report).source ?? '', /There is no file to look at/);
    assert.match(await refused([place('empty'), '--base', 'main']), /has no commit "main"/);
  });

  it('does not report a folder as clean if no file in it could be read', async () => {
    await mkdir(place('binary'));
    for (const name of ['a.bin', 'b.png']) await writeFile(join(place('binary'), name), Buffer.alloc(5000));
    const { code, stdout } = await runCommandcenter(['analyze', place('binary'), '--offline', '--no-cache']);
    assert.equal(code, 0);
    assert.match(stdout, /^Gate passed, but the analysis is not complete\n/);
    assert.match(stdout, /Not complete: lines: All files are binary/);
  });

  it('names the folder that it cannot write to, and leaves no files behind', async () => {
    assert.match(await refused([place('plain')], { TMPDIR: place('nowhere') }), /ENOENT.*TMPDIR/);
    await symlink('/dev/null', place('no-folder'));
    const environment = { XDG_CACHE_HOME: place('no-folder'), TMPDIR: place('temporary') };
    assert.match(await refused([place('plain'), '--offline'], environment), /ENOTDIR.*--no-cache/);
    assert.deepEqual(await readdir(place('temporary')), []);
  });

  it('exits with 1 if there are new findings of the requested severity, and prints only the result', async () => {
    await mkdir(place('bad'));
    await writeFile(join(place('bad'), 'Dockerfile'), 'FROM node:latest\nCMD ["node"]\n');
    const options = ['analyze', place('bad'), '--offline', '--no-cache', '--depth', 'quick', '--format', 'sarif'];
    const lenient = await runCommandcenter(options);
    const strict = await runCommandcenter([...options, '--fail-on', 'low']);
    assert.deepEqual([lenient.code, strict.code], [0, 1]);
    assert.equal(JSON.parse(strict.stdout).version, '2.1.0');
    assert.match(strict.stderr, /100% Done\n$/);
  });

  it('keeps the exit code of the gate if its reader closes the pipe', async () => {
    const program = join(import.meta.dirname, '../bin/commandcenter.js');
    // The script prints the exit code of the analysis, which must be that of the gate. The exit code of the pipeline does not show it.
    const script = `{ "$@"; echo "ended with $?" >&2; } | head -c 15`;
    const analysis = [
      process.execPath,
      program,
      'analyze',
      place('plain'),
      '--offline',
      '--no-cache',
      '--format',
      'html',
    ];
    const { stdout, stderr } = spawnSync('/bin/sh', ['-c', script, 'sh', ...analysis], { encoding: 'utf8' });
    assert.equal(stdout.toLowerCase(), '<!doctype html>');
    assert.match(stderr, /100% Done\nended with 1\n$/);
  });

  it('reports that the result could not be written', {
    skip: !existsSync('/dev/full') && 'there is no /dev/full',
  }, () => {
    const program = join(import.meta.dirname, '../bin/commandcenter.js');
    const full = openSync('/dev/full', 'w');
    try {
      const analysis = [program, 'analyze', place('plain'), '--offline', '--no-cache', '--depth', 'quick'];
      const { status, stderr } = spawnSync(process.execPath, analysis, { stdio: ['ignore', full, 'pipe'] });
      assert.equal(status, 3);
      assert.match(String(stderr), /The result could not be written: ENOSPC.*\n$/);
    } finally {
      closeSync(full);
    }
  });
});

describe('commandcenter analyze with a base', () => {
  let repository: TestRepository;
  let first: string;
  before(async () => {
    repository = await createTestRepository();
    await repository.write('key.js', plantedSecret());
    first = repository.commit('first');
    await repository.write('other.js', plantedSecret('ABC'));
    repository.commit('second');
    repository.git('branch', 'parted', first);
    repository.git('checkout', '--quiet', 'parted');
    await repository.write('third.js', plantedSecret('XYZ'));
    repository.commit('parted');
    repository.git('checkout', '--quiet', '--orphan', 'unrelated');
    repository.git('rm', '--quiet', '-r', '--force', '.');
    await repository.write('readme.txt', 'nothing in common\n');
    repository.commit('unrelated');
    repository.git('checkout', '--quiet', 'main');
  });
  after(() => repository.remove());

  const states = async (base: string): Promise<Record<string, string>> => {
    const { code, report } = await analyzeToReport(repository.folder, ['--base', base, '--depth', 'quick']);
    const found = report.findings.map(({ path, state }) => [path, state] as const);
    assert.equal(code, found.some(([, state]) => state === 'new') ? 1 : 0);
    return Object.fromEntries(found);
  };

  it('compares with the commit at which the branch left the base, even if the base has newer commits', async () => {
    assert.deepEqual(await states('main~1'), { 'key.js': 'existing', 'other.js': 'new' });
    assert.deepEqual(await states('parted'), { 'key.js': 'existing', 'other.js': 'new' });
  });

  it('reports nothing as new compared with itself, and everything as new compared with an unrelated history', async () => {
    assert.deepEqual(await states('HEAD'), { 'key.js': 'existing', 'other.js': 'existing' });
    assert.deepEqual(await states('unrelated'), { 'key.js': 'new', 'other.js': 'new' });
  });

  it('exits with 2 if the base does not exist or is not a commit', async () => {
    for (const base of ['no-such-branch', '--all', 'main:key.js']) {
      const { code, stderr } = await runCommandcenter(['analyze', repository.folder, `--base=${base}`, '--offline']);
      assert.equal(code, 2);
      assert.match(stderr, /The repository has no commit ".*"\. Name a commit, branch or tag of it/);
    }
  });

  it('reports findings in files whose names are not UTF-8', async () => {
    const name = Buffer.concat([Buffer.from(`${repository.folder}/`), Buffer.from([0x6b, 0xff, 0x2e, 0x6a, 0x73])]);
    await writeFile(name, plantedSecret('QRS'));
    try {
      const { report } = await analyzeToReport(repository.folder, ['--base', 'HEAD', '--depth', 'quick']);
      assert.match(incompleteOf(report).source ?? '', /k\ufffd\.js \(its name is not UTF-8\)/);
      assert.equal(engineOf(report, 'source').files_skipped, 1);
    } finally {
      await rm(name);
    }
  });
});
