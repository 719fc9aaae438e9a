import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { analyzeToReport, engineOf, incompleteOf, plantedSecret } from './harness/analyze-to-report.ts';
import { bombs, brokenFiles, deepFiles } from './harness/difficult-files.ts';

/** Every analyzed folder also contains a secret, which must be found next to the difficult files. */
describe('commandcenter analyze on difficult files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commandcenter-difficult-'));
    await write({ 'src/key.js': plantedSecret() });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const write = async (files: Record<string, string | Buffer>): Promise<void> => {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
  };
  const secretsOf = ({ findings }: Awaited<ReturnType<typeof analyzeToReport>>['report']): (string | null)[] =>
    findings.filter(({ engine }) => engine === 'secrets').map(({ path }) => path);

  it('names the manifests that it cannot read, in every ecosystem', async () => {
    await write(brokenFiles);
    await write({ '.github/workflows/ci.yml': 'on: [push\njobs: {', '.commandcenter.yml': 'analysis: [\n' });
    const { report } = await analyzeToReport(folder, ['--depth', 'quick']);
    assert.deepEqual(secretsOf(report), ['src/key.js']);
    const { skipped } = engineOf(report, 'dependencies');
    const untold = Object.keys(brokenFiles).filter((path) => !skipped.some(({ examples }) => examples.includes(path)));
    assert.deepEqual(untold, []);
    assert.equal(
      skipped.reduce((sum, { files }) => sum + files, 0),
      Object.keys(brokenFiles).length,
    );
    const { dependencies, vulnerabilities } = incompleteOf(report);
    assert.match(dependencies ?? '', /Mend or remove what could not be read: .* and \d+ more/);
    assert.match(vulnerabilities ?? '', /Not all dependencies are known/);
    assert.ok(report.findings.some(({ rule, path }) => rule === 'workflows/syntax' && path?.endsWith('ci.yml')));
    assert.match(engineOf(report, 'policy').notes.join(), /\.commandcenter\.yml is not YAML, the defaults hold/);
  });

  it('finishes despite files with extreme nesting or expansion', async () => {
    await write({ ...deepFiles, ...bombs });
    const { report } = await analyzeToReport(folder, [], { limitMs: 60_000 });
    assert.deepEqual(secretsOf(report), ['src/key.js']);
    const skipped = engineOf(report, 'dependencies').skipped.flatMap(({ reason, examples }) =>
      examples.map((path) => `${path}: ${reason}`),
    );
    for (const [path, reason] of [
      ['deep/Cargo.toml', /nested/],
      ['deep/pom.xml', /nested/i],
      ['deep/bun.lock', /nested/],
      ['deep/pubspec.yaml', /nesting exceeded/],
      ['bomb/pubspec.yaml', /aliases exceeded/],
      ['bomb/App.csproj', /entities are not supported/],
    ] as const) {
      assert.match(skipped.find((line) => line.startsWith(`${path}: `)) ?? '', reason, path);
    }
    assert.match(incompleteOf(report).dockerfiles ?? '', /deep\/docker-compose\.yml .* nesting exceeded/);
    assert.match(engineOf(report, 'policy').notes.join(), /aliases exceeded/);
    const text = JSON.stringify(report);
    assert.ok(text.length < 1024 ** 2 && !text.includes('hahaha'), 'what was to be unfolded was');
  });

  it('reports that it did not read a file with a line of 20 MB', async () => {
    const line = '"abcdefghijklmnop",'.repeat(1_100_000);
    await write({ 'data/long.js': `export default [${line}];`, 'data/long.json': `[${line}1]` });
    const { report } = await analyzeToReport(folder);
    assert.deepEqual(secretsOf(report), ['src/key.js']);
    assert.match(incompleteOf(report).secrets ?? '', /data\/long\.js larger than the \d+ bytes/);
    for (const name of ['complexity', 'duplication', 'bug-patterns'])
      assert.deepEqual(engineOf(report, name).skipped, [{ reason: 'minified', files: 1, examples: ['data/long.js'] }]);
  });

  it('finds secrets in and next to files that are not UTF-8', async () => {
    const odd = Buffer.from([0xc3, 0x28, 0x80, 0xff]);
    await write({
      'src/odd.js': Buffer.concat([Buffer.from('// '), odd, Buffer.from(`\n${plantedSecret('ABC')}`)]),
      'src/wrong.js': 'export const isNothing = (value) => value === NaN;\n',
      'package.json': Buffer.concat([Buffer.from('{"name":"'), odd, Buffer.from('","dependencies":{"demo":"1.0.0"}}')]),
    });
    const { report } = await analyzeToReport(folder);
    assert.deepEqual(secretsOf(report), ['src/key.js', 'src/odd.js']);
    assert.deepEqual(
      report.facts.dependencies.map(({ name }) => name),
      ['demo'],
    );
    // A file that the linter cannot read must not keep it from reading the others.
    assert.ok(report.findings.some(({ path, rule }) => path === 'src/wrong.js' && rule === 'bug-patterns/use-isnan'));
    assert.match(incompleteOf(report)['bug-patterns'] ?? '', /src\/odd\.js, which is not UTF-8/);
  });
});
