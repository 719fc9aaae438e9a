import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { AdvisorySource } from '../../advisories/advisory-source.ts';
import { importAdvisories } from '../../advisories/offline/import-advisories.ts';
import { openOfflineAdvisories } from '../../advisories/offline/open-offline-advisories.ts';
import { osvRecord } from '../../advisories/testing/records.ts';
import type { EngineContext, EngineOutcome } from '../../engine.ts';
import type { Dependency } from '../../facts.ts';
import type { SourceTree } from '../../tree/source-tree.ts';
import { vulnerabilitiesEngine } from './engine.ts';

const signal = new AbortController().signal;
const cvss = (vector: string) => ({ severity: [{ type: 'CVSS_V3', score: `CVSS:3.1/${vector}` }] });
const score98 = cvss('AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H');
const score75 = cvss('AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H');
const score53 = cvss('AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L');
const score31 = cvss('AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N');

const records = [
  osvRecord({
    id: 'GHSA-35jh-r3h4-6jhm',
    name: 'lodash',
    fixed: '4.17.21',
    aliases: ['CVE-2021-23337'],
    summary: 'Command injection in lodash',
    ...cvss('AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H'),
  }),
  osvRecord({ id: 'CVE-2022-24999', name: 'qs', fixed: '6.7.3', ...score75 }),
  osvRecord({ id: 'GHSA-9', name: 'nine', ...score98 }),
  osvRecord({ id: 'GHSA-5', name: 'five', ...score53 }),
  osvRecord({ id: 'GHSA-3', name: 'three', ...score31 }),
  osvRecord({ id: 'GHSA-0', name: 'unknown' }),
  { ...osvRecord({ id: 'GHSA-L', name: 'labelled' }), database_specific: { severity: 'CRITICAL' } },
  osvRecord({ id: 'MAL-2025-1', name: 'lodahs', summary: 'Malicious code in lodahs' }),
];

const dependency = (name: string, version: string | null, more: Partial<Dependency> = {}): Dependency => ({
  ecosystem: 'npm',
  name,
  version,
  requirement: null,
  direct: true,
  scope: 'runtime',
  manifest: 'package-lock.json',
  line: 7,
  purl: `pkg:npm/${name}`,
  via: [],
  ...more,
});

describe('the vulnerabilities engine', () => {
  let folder: string;
  let advisories: AdvisorySource | null;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vulnerabilities-'));
    for (const record of records) await writeFile(join(folder, `${record.id}.json`), JSON.stringify(record));
    const now = new Date('2026-11-25T10:00:00Z');
    await importAdvisories(folder, join(folder, 'database'), { signal, now, onProgress: () => undefined });
    advisories = await openOfflineAdvisories(join(folder, 'database'));
  });
  after(() => rm(folder, { recursive: true }));

  const tree: SourceTree = {
    root: '/',
    files: [],
    skippedPaths: [],
    get: () => undefined,
    read: () => Promise.reject(new Error('no file is read')),
  };

  function run(dependencies: Dependency[] | null, source = advisories, more: object = {}): Promise<EngineOutcome> {
    const outcome: EngineOutcome | undefined =
      dependencies === null
        ? undefined
        : { findings: [], facts: { dependencies }, coverage: { filesSeen: 1, skipped: [], complete: true, ...more } };
    const context: EngineContext = {
      depth: 'quick',
      policy: {
        gate: {
          newFindings: { critical: 0, high: 0, medium: null, low: null },
          complexity: null,
          duplicationPercent: null,
        },
        complexityThreshold: 15,
        exclude: [],
        licences: { allow: [], deny: [] },
        suppressions: [],
        tasks: { rules: [], createIssues: false },
      },
      signal,
      now: new Date('2026-11-25T10:00:00Z'),
      inspected: () => assert.fail('it has no inspector'),
      outcomeOf: (engine) => (engine === 'dependencies' ? outcome : undefined),
      fetch: null,
      advisories: source,
      temporaryFolder: folder,
      gitDirectory: null,
      commit: null,
      cache: { get: () => undefined, set: () => undefined },
    };
    return vulnerabilitiesEngine.run(tree, context);
  }

  it('reports a vulnerable direct dependency with its location and fix', async () => {
    const { findings, coverage } = await run([dependency('lodash', '4.17.15')]);
    assert.deepEqual(findings, [
      {
        rule: 'vulnerabilities/CVE-2021-23337',
        severity: 'high',
        title: 'lodash 4.17.15: Command injection in lodash (CVE-2021-23337)',
        message:
          'Command injection in lodash. CVSS 7.2. Also known as GHSA-35jh-r3h4-6jhm. lodash is a dependency of the repository itself.',
        path: 'package-lock.json',
        start_line: 7,
        end_line: 7,
        package: { name: 'lodash', version: '4.17.15', ecosystem: 'npm', fixed_in: '4.17.21' },
        fix: 'Upgrade lodash to 4.17.21 or newer (package-lock.json).',
        url: 'https://github.com/advisories/GHSA-35jh-r3h4-6jhm',
        identity: 'npm lodash CVE-2021-23337',
      },
    ]);
    assert.deepEqual(coverage, {
      filesSeen: 1,
      skipped: [],
      complete: true,
      notes: ['Offline database: npm of 2026-01-01, 8 advisories'],
    });
  });

  it('names the direct dependency that needs a vulnerable one', async () => {
    const via = ['express', 'body-parser'];
    const { findings } = await run([dependency('qs', '6.7.0', { direct: false, via })]);
    assert.match(findings[0]?.message ?? '', /It comes in as a dependency: express > body-parser > qs\.$/);
    assert.equal(
      findings[0]?.fix,
      'Upgrade express, which brings qs 6.7.0 in, until qs is 6.7.3 or newer (package-lock.json).',
    );
    const [unfixed] = (await run([dependency('nine', '1.0.0')])).findings;
    assert.match(unfixed?.fix ?? '', /^There is no fixed version yet/);
    assert.equal(unfixed?.package?.fixed_in, undefined);
  });

  it('rates by score, then by label, and one level lower for development', async () => {
    const severityOf = async (name: string, scope: Dependency['scope']) =>
      (await run([dependency(name, '1.0.0', { scope })])).findings[0]?.severity;
    const expected: Record<string, [runtime: string, development: string]> = {
      nine: ['critical', 'high'],
      qs: ['high', 'medium'],
      five: ['medium', 'low'],
      three: ['low', 'low'],
      labelled: ['critical', 'high'],
      unknown: ['medium', 'low'],
      lodahs: ['critical', 'critical'],
    };
    for (const [name, severities] of Object.entries(expected)) {
      assert.deepEqual([await severityOf(name, 'runtime'), await severityOf(name, 'development')], severities, name);
    }
  });

  it('advises to remove a malicious package and to replace secrets', async () => {
    const { findings } = await run([dependency('lodahs', '1.0.0', { direct: false, via: ['a'] })]);
    assert.equal(findings[0]?.title, 'lodahs 1.0.0: Malicious code in lodahs (MAL-2025-1)');
    assert.match(
      findings[0]?.fix ?? '',
      /^Remove a, which brings lodahs in \(package-lock\.json\), and renew every secret/,
    );
  });

  it('reports an advisory once per version and manifest, with the highest severity', async () => {
    const { findings } = await run([
      dependency('qs', '6.7.0', { scope: 'development' }),
      dependency('qs', '6.7.0'),
      dependency('qs', '6.7.1'),
      dependency('qs', '6.7.0', { manifest: 'web/package-lock.json', scope: 'development' }),
    ]);
    assert.deepEqual(
      findings.map(({ path, package: found, severity }) => [path, found?.version, severity]),
      [
        ['package-lock.json', '6.7.0', 'high'],
        ['package-lock.json', '6.7.1', 'high'],
        ['web/package-lock.json', '6.7.0', 'medium'],
      ],
    );
    assert.equal(new Set(findings.map(({ identity }) => identity)).size, 1);
  });

  it('limits titles to 200 characters and keeps the id', async () => {
    const { findings } = await run([dependency('lodash', `4.0.0-${'a'.repeat(150)}`)]);
    assert.equal(findings[0]?.title.length, 200);
    assert.match(findings[0]?.title ?? '', /… \(CVE-2021-23337\)$/);
  });

  it('counts dependencies without a comparable version', async () => {
    const { findings, coverage } = await run([
      dependency('lodash', null),
      dependency('qs', null),
      dependency('nine', '8a1f0c1d2b3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a'),
    ]);
    assert.deepEqual(findings, []);
    assert.equal(coverage.complete, true);
    assert.deepEqual(coverage.notes, [
      '2 dependencies have no resolved version and were not looked up.',
      '1 dependency is a commit or branch and was not looked up.',
    ]);
  });

  it('is incomplete without a database, without dependencies, or if an ecosystem was not imported', async () => {
    const reasonOf = async (outcome: Promise<EngineOutcome>): Promise<string> => {
      const { findings, coverage } = await outcome;
      assert.deepEqual([findings, coverage.complete], [[], false]);
      return coverage.reason ?? '';
    };
    assert.match(await reasonOf(run([dependency('qs', '6.7.0')], null)), /^No advisory database: .*advisories import/);
    assert.match(await reasonOf(run(null)), /^The dependencies could not be read/);
    const other = [dependency('django', '1.0', { ecosystem: 'PyPI' }), dependency('a', '1.0.0', { ecosystem: 'Hex' })];
    assert.match(await reasonOf(run(other)), /^The advisory database has nothing about Hex, PyPI:/);
    const partly = run([dependency('a', '1.0.0')], advisories, { complete: false, reason: 'Mend Cargo.lock.' });
    assert.equal(await reasonOf(partly), 'Not all dependencies are known: Mend Cargo.lock.');
  });

  it('is complete without a database if there are no dependencies', async () => {
    assert.equal((await run([], null)).coverage.complete, true);
  });
});
