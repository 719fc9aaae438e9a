import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runEngine } from '../../../test/corpus/run-engine.ts';
import { defaultPolicy } from '../../policy/default-policy.ts';
import { complexityEngine } from './engine.ts';
import { complexityInspector } from './inspector.ts';

const branchy = (name: string, complexity: number): string =>
  `function ${name}(a) {\n${Array.from({ length: complexity - 1 }, (_, n) => `  if (a === ${n}) return ${n};\n`).join('')}}\n`;
const analyze = (files: Record<string, string>) =>
  runEngine(files, complexityInspector, complexityEngine, { policy: defaultPolicy });

describe('the complexity engine', () => {
  it('reports complex functions and sums up all', async () => {
    const { findings, facts, coverage } = await analyze({
      'src/a.js': branchy('fine', 14) + branchy('low', 15) + branchy('medium', 20),
      'src/b.py': 'def f(a):\n    return a or 1\n',
      'README.md': '# if if if\n',
    });
    assert.deepEqual(facts, { complexity: { functions: 4, total: 51, highest: 20, over_threshold: 2 } });
    assert.deepEqual(
      findings.map(({ severity, path, start_line, end_line, value, identity }) => [
        severity,
        path,
        start_line,
        end_line,
        value,
        identity,
      ]),
      [
        ['low', 'src/a.js', 16, 31, 15, 'low'],
        ['medium', 'src/a.js', 32, 52, 20, 'medium'],
      ],
    );
    assert.match(findings[0]?.fix ?? '', /divides at the lines 17, 18, 19, /);
    assert.equal(coverage.filesSeen, 2);
    assert.equal(coverage.complete, true);
  });

  it('distinguishes functions with equal names', async () => {
    const identities = async (text: string) =>
      (await analyze({ 'a.js': text })).findings.map(({ severity, identity }) => `${severity} ${identity}`);
    const twice = branchy('same', 31) + branchy('same', 40);
    assert.deepEqual(await identities(twice), ['high same', 'high same#2']);
    assert.deepEqual(await identities(`// moved\n\n\n${twice}`), ['high same', 'high same#2']);
  });

  it('measures the valid parts of a file with syntax errors, and notes it', async () => {
    const { findings, coverage } = await analyze({
      'a.js': `${branchy('before', 20)}const = = ;\n${branchy('after', 20)}`,
    });
    assert.deepEqual(
      findings.map(({ identity }) => identity),
      ['before', 'after'],
    );
    assert.equal(coverage.complete, true);
    assert.match(coverage.notes?.[0] ?? '', /not wholly understood: 1/);
  });

  it('reports skipped files with the reason', async () => {
    const minified = `var a=1;${'function f(a){return a?1:2}'.repeat(400)}`;
    const { facts, coverage } = await analyze({
      'a.min.js': minified,
      'b.js': '((({{{[[[ not @ all `script',
      'c.js': `${branchy('f', 2).repeat(26_000)}\n`,
    });
    assert.equal(facts?.complexity?.functions, 0);
    assert.deepEqual(
      coverage.skipped.map(({ reason, examples }) => [reason, examples]),
      [
        ['minified', ['a.min.js']],
        ['its syntax is not understood', ['b.js']],
        ['larger than the 1048576 bytes that are looked at', ['c.js']],
      ],
    );
    assert.equal(coverage.complete, false);
    assert.match(coverage.reason ?? '', /c\.js/);
  });

  it('stops parsing input that takes too much time or memory, and continues with the next file', async () => {
    const inspect = async (language: string, text: string) =>
      await complexityInspector.inspect({ path: 'a', bytes: Buffer.from(text), language, text: () => text });
    // Two inputs that are too hard to parse: the memory for the first one grows faster than its length, and so does the time for the
    // second one.
    await assert.rejects(inspect('C#', 'a<\n'.repeat(30_000)), { code: 'syntax.too_hard' });
    await assert.rejects(inspect('JavaScript', '(\n'.repeat(100_000)), { code: 'syntax.too_hard' });
    const next = await inspect('JavaScript', branchy('next', 20));
    assert.ok(next !== undefined && 'functions' in next);
    assert.equal(next.functions[0]?.complexity, 20);
  });

  it('survives nesting that is deeper than any stack', async () => {
    const deep = 20_000;
    const { coverage, findings } = await analyze({
      'a.js': `const a = ${'['.repeat(deep)}${']'.repeat(deep)};\n`.replaceAll(/(.{100})/g, '$1\n'),
      'b.py': `a = ${'(\n'.repeat(deep)}1${')\n'.repeat(deep)}\n`,
      'c.go': `package c\nfunc f() {\n${'if a {\n'.repeat(deep)}${'}\n'.repeat(deep)}}\n`,
      'd.js': branchy('last', 20),
    });
    assert.equal(coverage.filesSeen + coverage.skipped.reduce((sum, { files }) => sum + files, 0), 4);
    assert.ok(findings.some(({ path }) => path === 'd.js'));
  });
});
