import assert from 'node:assert/strict';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { bugPatternsEngine } from '../../../src/engines/bug-patterns/engine.ts';
import { bugPatternsInspector } from '../../../src/engines/bug-patterns/inspector.ts';
import { runEngine } from '../run-engine.ts';

describe('the bug-patterns engine', () => {
  let temporaryFolder: string;
  before(async () => {
    temporaryFolder = await mkdtemp(join(tmpdir(), 'bug-patterns-'));
  });
  after(() => rm(temporaryFolder, { recursive: true }));

  const analyze = (files: Record<string, string>) =>
    runEngine(files, bugPatternsInspector, bugPatternsEngine, { temporaryFolder });
  /** Returns `rule line` for a sample, which is stored as .txt so that no tool formats, lints or compiles it. */
  const rulesOf = async (sample: string) => {
    const text = await readFile(join(import.meta.dirname, `${sample}.txt`), 'utf8');
    return (await analyze({ [sample]: text })).findings.map(
      ({ rule, start_line }) => `${rule.split('/')[1]} ${start_line}`,
    );
  };

  it('reports shell commands that JavaScript builds from variables', async () => {
    const lines = [5, 6, 7, 8, 9, 10, 12];
    assert.deepEqual(
      await rulesOf('commands.ts'),
      lines.map((line) => `command-injection ${line}`),
    );
  });

  it('ignores constant commands and those without a shell', async () => {
    assert.deepEqual(await rulesOf('no-commands.js'), []);
  });

  it('reports text that is executed as code', async () => {
    assert.deepEqual(await rulesOf('run-as-code.jsx'), ['eval 1', 'eval 2', 'eval 3', 'eval 4']);
  });

  it('reports the same in Python', async () => {
    assert.deepEqual(await rulesOf('injections.py'), [
      ...[2, 3, 4, 5].map((line) => `command-injection ${line}`),
      'eval 6',
      'eval 7',
      'unsafe-pickle 8',
      'unsafe-pickle 9',
    ]);
  });

  it('raises the severity of new findings and lowers it in tests', async () => {
    const { findings } = await analyze({
      'a.js': 'eval(x)',
      'test/a.js': 'eval(x)',
      'test/b.js': 'if (x === NaN) x();',
    });
    assert.deepEqual(
      findings.map(({ path, severity, severityIfNew }) => [path, severity, severityIfNew]),
      [
        ['a.js', 'medium', 'high'],
        ['test/a.js', 'low', 'medium'],
        ['test/b.js', 'low', undefined],
      ],
    );
  });

  it('keeps the identity if lines move', async () => {
    const identities = async (text: string) =>
      (await analyze({ 'a.js': text })).findings.map(({ identity }) => identity);
    const text = 'eval(x);\nif (x === NaN) x();\neval(x);\nif (x === NaN) x();\n';
    const before = await identities(text);
    assert.equal(new Set(before).size, 4);
    assert.deepEqual(await identities(`\n\n// moved\n${text.replaceAll('(', '( ')}`), before);
  });

  it("reports oxlint's findings in JavaScript and TypeScript files of any name", async () => {
    const wrong = 'export function f(a: number) {\n  if (a === NaN) return 1;\n  return typeof a === "nubmer";\n}\n';
    const { findings, coverage } = await analyze({
      'app/[id]/{a,b} *.ts': wrong,
      '-c.ts': 'for (let n = 0; n < 9; n--) {}\n',
      'c.tsx': 'export const C = () => <p>{Math.min(Math.max(100, 1), 0)}</p>;\n',
      'broken.js': 'const = ;',
      'fine.js': 'var a = 1;;\nlet unused;\nconsole.log(`a` == a)\n',
    });
    assert.deepEqual(
      findings.map(({ rule, severity, path, start_line }) => `${rule} ${severity} ${path}:${start_line}`).sort(),
      [
        'bug-patterns/bad-min-max-func medium c.tsx:1',
        'bug-patterns/for-direction medium -c.ts:1',
        'bug-patterns/use-isnan medium app/[id]/{a,b} *.ts:2',
        'bug-patterns/valid-typeof medium app/[id]/{a,b} *.ts:3',
      ],
    );
    assert.deepEqual([coverage.filesSeen, coverage.complete], [5, true]);
  });

  it('ignores oxlint configurations and plugins of the repository', async () => {
    const proof = join(temporaryFolder, 'proof');
    const plugin = `require('node:fs').writeFileSync(${JSON.stringify(proof)}, ''); module.exports = { rules: {} };`;
    const settings = '{"jsPlugins": ["./plugin.cjs"], "rules": {"use-isnan": "off"}, "ignorePatterns": ["**"]}';
    const { findings } = await analyze({
      'src/a.js': 'if (x === NaN) x();',
      '.oxlintrc.json': settings,
      'src/.oxlintrc.json': settings,
      'plugin.cjs': plugin,
      'src/plugin.cjs': plugin,
      '.eslintignore': '**',
      '.gitignore': '*',
      'package.json': '{"eslintConfig": {"root": true}, "eslintIgnore": ["**"]}',
    });
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ['bug-patterns/use-isnan'],
    );
    await assert.rejects(access(proof));
  });

  it('keeps its other findings if oxlint fails, and is incomplete', async () => {
    const { findings, coverage } = await runEngine({ 'a.js': 'eval(x)' }, bugPatternsInspector, bugPatternsEngine, {
      temporaryFolder: join(temporaryFolder, 'none'),
    });
    assert.equal(findings.length, 1);
    assert.equal(coverage.complete, false);
    assert.match(coverage.reason ?? '', /oxlint/);
  });
});
