import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Dependency } from '../../facts.ts';
import { formatDependency, runOnFiles, runOnFolder } from './testing/run-dependencies-engine.ts';

const corpus = join(import.meta.dirname, '../../../test/corpus/dependencies');
const repository = join(import.meta.dirname, '../../../../..');

describe('finds exactly the expected dependencies of every project in the corpus', () => {
  for (const project of readdirSync(corpus)) {
    test(project, async () => {
      const { dependencies, coverage } = await runOnFolder(join(corpus, project, 'tree'));
      const expected = readFileSync(join(corpus, project, 'expected.txt'), 'utf8');
      assert.equal(`${dependencies.map(whole).join('\n')}\n`, expected);
      assert.equal(coverage.complete, true);
      assert.deepEqual(coverage.skipped, []);
    });
  }
});

/** Formats a line of `expected.txt`. */
const whole = (dependency: Dependency): string =>
  [
    `${dependency.manifest}:${dependency.line}`,
    dependency.ecosystem,
    formatDependency(dependency),
    dependency.requirement ?? '-',
    dependency.purl,
    dependency.licence ?? '',
  ]
    .join(' | ')
    .trimEnd();

test('determines the same scopes as npm for the lockfile of this repository', async () => {
  const text = readFileSync(join(repository, 'package-lock.json'), 'utf8');
  const { dependencies } = await runOnFiles({ 'package-lock.json': text });
  const packages: Record<string, { version?: string; dev?: boolean; link?: boolean; name?: string }> =
    JSON.parse(text).packages;
  const expected = new Map<string, string>();
  for (const [path, entry] of Object.entries(packages)) {
    if (!path.includes('node_modules/') || entry.link) continue;
    const id = `${entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 13)}@${entry.version}`;
    if (expected.get(id) !== 'runtime') expected.set(id, entry.dev ? 'development' : 'runtime');
  }
  assert.ok(expected.size > 300);
  assert.deepEqual(
    new Map(dependencies.map(({ name, version, scope }) => [`${name}@${version}`, scope])),
    sorted(expected),
  );
});

const sorted = (map: Map<string, string>) => new Map([...map].sort());

test('ignores installed and vendored packages', async () => {
  const manifest = JSON.stringify({ dependencies: { hidden: '1.0.0' } });
  const { dependencies } = await runOnFiles({
    'node_modules/a/package.json': manifest,
    'app/vendor/b/package.json': manifest,
    'vendored/package.json': manifest,
  });
  assert.deepEqual(
    dependencies.map(({ manifest }) => manifest),
    ['vendored/package.json'],
  );
});

test('treats packages that nothing needs as direct if a lockfile has no manifest', async () => {
  const { dependencies } = await runOnFiles({
    'yarn.lock': [
      'a@^1.0.0:',
      '  version "1.0.1"',
      '  dependencies:',
      '    b "^2.0.0"',
      '',
      'b@^2.0.0:',
      '  version "2.0.2"',
    ].join('\n'),
  });
  assert.deepEqual(dependencies.map(formatDependency), ['a@1.0.1 runtime direct', 'b@2.0.2 runtime via a']);
});

test('reads both of two lockfiles if no package manager is named', async () => {
  const { dependencies } = await runOnFiles({
    'package.json': JSON.stringify({ dependencies: { a: '^1.0.0' } }),
    'package-lock.json': JSON.stringify({
      packages: { '': { dependencies: { a: '^1.0.0' } }, 'node_modules/a': { version: '1.0.1' } },
    }),
    'yarn.lock': 'a@^1.0.0:\n  version "1.0.2"\n',
  });
  assert.deepEqual(
    dependencies.map(({ manifest, version }) => [manifest, version]),
    [
      ['package-lock.json', '1.0.1'],
      ['yarn.lock', '1.0.2'],
    ],
  );
});

test('reads a manifest in UTF-16, as Visual Studio writes it', async () => {
  const xml = '<packages><package id="NUnit" version="3.14.0" /></packages>';
  const { dependencies } = await runOnFiles({
    'packages.config': Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(xml, 'utf16le')]),
  });
  assert.deepEqual(dependencies.map(formatDependency), ['NUnit@3.14.0 runtime direct']);
});

test("rejects with the signal's reason if the analysis is canceled", async () => {
  const reason = new Error('cancelled');
  await assert.rejects(runOnFolder(join(corpus, 'go', 'tree'), AbortSignal.abort(reason)), reason);
});
