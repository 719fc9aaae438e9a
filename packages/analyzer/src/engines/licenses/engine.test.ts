import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { EngineContext, EngineOutcome } from '../../engine.ts';
import type { Dependency } from '../../facts.ts';
import { defaultPolicy } from '../../policy/default-policy.ts';
import type { AnalysisPolicy } from '../../policy/policy.ts';
import { openTree } from '../../tree/open-tree.ts';
import { dependenciesEngine } from '../dependencies/engine.ts';
import { licensesEngine } from './engine.ts';

const corpus = join(import.meta.dirname, '../../../test/corpus/licenses');
const { signal } = new AbortController();

interface Asked {
  licences?: AnalysisPolicy['licences'];
  /** Outcome of the dependencies engine; undefined runs this engine, null means that it has no outcome. */
  dependencies?: EngineOutcome | null;
}

async function runOnFolder(folder: string, { licences = { allow: [], deny: [] }, dependencies }: Asked = {}) {
  const tree = await openTree(folder);
  const found =
    dependencies === undefined ? await dependenciesEngine.run(tree, { signal } as EngineContext) : dependencies;
  // The licenses engine uses only these members of its context.
  const context = { signal, policy: { ...defaultPolicy, licences }, outcomeOf: () => found ?? undefined };
  return await licensesEngine.run(tree, context as unknown as EngineContext);
}

async function runOnFiles(files: Record<string, string>, asked?: Asked) {
  const folder = await mkdtemp(join(tmpdir(), 'licenses-'));
  try {
    for (const [path, content] of Object.entries(files)) await writeFile(join(folder, path), content);
    return await runOnFolder(folder, asked);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const depending = (...licences: (string | undefined)[]): EngineOutcome => ({
  findings: [],
  facts: {
    dependencies: licences.map(
      (licence, n): Dependency => ({
        ecosystem: 'npm',
        name: `p${n}`,
        version: '1.0.0',
        requirement: null,
        direct: false,
        scope: 'runtime',
        manifest: 'package-lock.json',
        line: n + 1,
        purl: `pkg:npm/p${n}@1.0.0`,
        via: ['a', 'b'],
        ...(licence === undefined ? {} : { licence }),
      }),
    ),
  },
  coverage: { filesSeen: 1, skipped: [], complete: true },
});

describe('finds exactly the expected licenses of every project in the corpus', () => {
  for (const project of readdirSync(corpus)) {
    it(project, async () => {
      const policy = JSON.parse(readFileSync(join(corpus, project, 'policy.json'), 'utf8'));
      const { findings, facts, coverage } = await runOnFolder(join(corpus, project, 'tree'), { licences: policy });
      const own = /under (.*)\.$/.exec(coverage.notes?.[0] ?? '')?.[1];
      const unknown = facts?.licences?.find(({ expression }) => expression === 'unknown')?.packages;
      const lines = findings
        .toSorted((a, b) => (a.start_line ?? 0) - (b.start_line ?? 0))
        .map(({ severity, rule, path, start_line, title }) => `${severity} ${rule} ${path}:${start_line} ${title}`);
      const actual = [`own ${own}`, ...lines, ...(unknown === undefined ? [] : [`unknown ${unknown}`]), ''].join('\n');
      assert.equal(actual, readFileSync(join(corpus, project, 'expected.txt'), 'utf8'));
      assert.equal(coverage.complete, true);
    });
  }
});

describe('licenses of dependencies', () => {
  it('are counted by expression; unknown ones are noted, but no findings', async () => {
    const { findings, facts, coverage } = await runOnFiles(
      {},
      { dependencies: depending('MIT', 'mit', 'Apache 2', undefined, 'UNLICENSED', 'who knows') },
    );
    assert.deepEqual(findings, []);
    assert.deepEqual(facts, {
      licences: [
        { expression: 'unknown', packages: 3 },
        { expression: 'MIT', packages: 2 },
        { expression: 'Apache-2.0', packages: 1 },
      ],
    });
    assert.deepEqual(coverage.notes, [
      'The repository itself names no license.',
      'Of 3 packages the repository does not tell the license.',
    ]);
  });

  it('are reported with package, location, path and fix', async () => {
    const { findings } = await runOnFiles(
      {},
      { dependencies: depending('AGPL-3.0-only'), licences: { deny: ['AGPL-3.0'], allow: [] } },
    );
    assert.deepEqual(findings, [
      {
        rule: 'licences/denied',
        severity: 'high',
        title: 'p0 1.0.0 is under AGPL-3.0-only',
        message:
          'p0 1.0.0 (npm) is under AGPL-3.0-only, which the policy of this repository denies. It comes in by a > b.',
        path: 'package-lock.json',
        start_line: 1,
        end_line: 1,
        package: { name: 'p0', version: '1.0.0', ecosystem: 'npm' },
        fix: 'Replace p0, or take its license from licences.deny in .commandcenter.yml if you may use it.',
        identity: 'npm p0 AGPL-3.0-only',
      },
    ]);
  });

  const rulesOf = async (licence: string, licences: Partial<AnalysisPolicy['licences']>) => {
    const asked = { dependencies: depending(licence), licences: { allow: [], deny: [], ...licences } };
    return (await runOnFiles({}, asked)).findings.map(({ rule }) => rule.split('/')[1])[0];
  };

  it('are denied only if every choice includes a denied license', async () => {
    const deny = ['GPL-3.0-only', 'EUPL-1.2'];
    assert.equal(await rulesOf('MIT OR GPL-3.0-only', { deny }), undefined);
    assert.equal(await rulesOf('MIT AND GPL-3.0-only', { deny }), 'denied');
    assert.equal(await rulesOf('(MIT AND GPL-3.0-only) OR (ISC AND GPL-3.0)', { deny }), 'denied');
    assert.equal(await rulesOf('GPL-2.0-or-later', { deny }), 'denied');
    assert.equal(await rulesOf('GPL-2.0-only', { deny }), undefined);
    assert.equal(await rulesOf('GPL-3.0-only WITH GCC-exception-3.1', { deny }), undefined);
    assert.equal(await rulesOf('EUPL-1.1', { deny }), undefined);
    assert.equal(await rulesOf('LGPL-3.0-only', { deny: ['LGPL-2.1-or-later'] }), 'denied');
  });

  it('are allowed if allowed licenses suffice', async () => {
    const allow = ['MIT', 'Apache-2.0 WITH LLVM-exception'];
    assert.equal(await rulesOf('MIT', { allow }), undefined);
    assert.equal(await rulesOf('ISC', { allow }), 'not-allowed');
    assert.equal(await rulesOf('ISC OR MIT', { allow }), undefined);
    assert.equal(await rulesOf('ISC AND MIT', { allow }), 'not-allowed');
    assert.equal(await rulesOf('Apache-2.0', { allow }), 'not-allowed');
    assert.equal(await rulesOf('Apache-2.0 WITH LLVM-exception', { allow }), undefined);
    assert.equal(await rulesOf('LicenseRef-ours', { allow }), 'not-allowed');
    assert.equal(await rulesOf('ISC', {}), undefined);
  });

  it('are incomplete if the policy has an unknown license or the dependencies are unknown', async () => {
    const typo = await runOnFiles(
      {},
      { dependencies: depending(), licences: { deny: ['no license of this name'], allow: ['Nonsense 9'] } },
    );
    assert.deepEqual(
      [typo.coverage.complete, typo.coverage.reason],
      [
        false,
        '"no license of this name" in licences.deny is no SPDX license, so it denies nothing: mend it (https://spdx.org/licenses).',
      ],
    );
    assert.ok(typo.coverage.notes?.includes('"Nonsense 9" in licences.allow is no SPDX licence: it allows nothing.'));
    const failed = await runOnFiles({}, { dependencies: null });
    assert.deepEqual(failed.coverage.reason, 'The dependencies are not known: see the engine "dependencies".');
    assert.equal(failed.facts, undefined);
  });

  it('are parsed in bounded time and depth', async () => {
    const compound = `${'(MIT OR ISC) AND '.repeat(29)}MIT`;
    const licences = [
      '('.repeat(10_000),
      compound,
      `${'('.repeat(250)}MIT${')'.repeat(250)}`,
      '\u001b[31m',
      '__proto__',
      'MIT '.repeat(9999),
    ];
    const { facts, findings } = await runOnFiles(
      {},
      { dependencies: depending(...licences), licences: { deny: ['GPL-2.0-only'], allow: ['MIT'] } },
    );
    assert.deepEqual(findings, []);
    assert.deepEqual(facts?.licences?.[0], { expression: 'unknown', packages: 4 });
  });

  it('are reported up to 2,000 findings; more make the result incomplete', async () => {
    const { findings, coverage } = await runOnFiles(
      {},
      { dependencies: depending(...Array.from({ length: 2003 }, () => 'ISC')), licences: { deny: [], allow: ['MIT'] } },
    );
    assert.equal(findings.length, 2000);
    assert.equal(coverage.reason, '3 more packages are under licenses that the policy does not want.');
  });
});

describe('the license of the repository itself', () => {
  const manifest = { name: 'x', version: '1.0.0' };
  const mit =
    'Permission is hereby granted, free of charge, to any person obtaining a copy of this software … The above copyright notice and this permission notice shall be included in all copies';
  const look = async (files: Record<string, string>) => {
    const { findings, coverage } = await runOnFiles(files, { dependencies: depending() });
    return [findings.map(({ rule, severity }) => `${severity} ${rule}`).join(), coverage.notes?.[0]];
  };

  it('is reported as missing if a publishable package has none', async () => {
    assert.deepEqual(await look({ 'package.json': JSON.stringify(manifest) }), [
      'low licences/missing',
      'The repository itself names no license.',
    ]);
  });

  it('is not required if the package is not publishable', async () => {
    const silent = ['', 'The repository itself names no license.'];
    assert.deepEqual(await look({}), silent);
    assert.deepEqual(await look({ 'package.json': JSON.stringify({ ...manifest, private: true }) }), silent);
    assert.deepEqual(await look({ 'package.json': JSON.stringify({ ...manifest, license: 'UNLICENSED' }) }), silent);
    assert.deepEqual(await look({ 'package.json': '{}' }), silent);
    assert.deepEqual(await look({ 'package.json': 'not JSON' }), silent);
    assert.deepEqual(await look({ 'package.json': '[]' }), silent);
  });

  it('is read from the manifest or a license text', async () => {
    assert.deepEqual(await look({ 'package.json': JSON.stringify({ ...manifest, license: 'ISC' }), LICENSE: mit }), [
      '',
      'The repository itself is under ISC (package.json).',
    ]);
    assert.deepEqual(await look({ 'package.json': JSON.stringify(manifest), 'LICENCE.md': mit }), [
      '',
      'The repository itself is under MIT (LICENCE.md).',
    ]);
    assert.deepEqual(await look({ 'package.json': JSON.stringify(manifest), 'LICENSE.txt': 'All rights reserved.' }), [
      '',
      'The license of the repository itself (LICENSE.txt) is none of the common ones.',
    ]);
  });
});
