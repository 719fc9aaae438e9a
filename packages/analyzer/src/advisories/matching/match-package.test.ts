import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Advisory } from '../advisory-source.ts';
import { ecosystemOf } from '../ecosystems.ts';
import { readRecord } from '../osv/read-record.ts';
import { matchPackage } from './match-package.ts';

const CORPUS = join(import.meta.dirname, '../../../test/corpus/advisories/ranges.json');

interface Case {
  name: string;
  ecosystem: string;
  package?: string;
  /** The `affected` entries of an OSV record, without their packages. */
  affected: object[];
  /** Versions that the tested record affects, each with the version that fixes it. */
  affects: Record<string, string | null>;
  spares: string[];
}

/** Returns the advisories that a list of OSV records yields for one version. */
function match(records: object[], ecosystem: string, version: string): Advisory[] {
  const scheme = ecosystemOf(ecosystem) ?? assert.fail(`${ecosystem} is not known`);
  const read = records.map((record) => readRecord({ modified: '2026-01-01T00:00:00Z', ...record }));
  const packageRecords = read.flatMap((record) =>
    (record ?? assert.fail('no record')).packages.map((one) => one.record),
  );
  return matchPackage(scheme, version, packageRecords);
}

describe('matchPackage', () => {
  const cases: Case[] = JSON.parse(readFileSync(CORPUS, 'utf8'));
  for (const { name, ecosystem, package: packageName = 'demo', affected, affects, spares } of cases) {
    it(name, () => {
      const target = { package: { ecosystem, name: packageName } };
      const record = { id: 'GHSA-0000-0000-0000', affected: affected.map((one) => ({ ...target, ...one })) };
      const found = Object.fromEntries(
        [...Object.keys(affects), ...spares].flatMap((version) => {
          const [advisory] = match([record], ecosystem, version);
          return advisory === undefined ? [] : [[version, advisory.fixedIn]];
        }),
      );
      assert.deepEqual(found, affects);
    });
  }
});

const lodash = (more: object, events: object[] = [{ introduced: '0' }, { fixed: '4.17.21' }]): object => ({
  affected: [{ package: { ecosystem: 'npm', name: 'lodash' }, ranges: [{ type: 'SEMVER', events }] }],
  ...more,
});

describe('records of the same vulnerability', () => {
  it('become one advisory if they share an alias, also through a third record', () => {
    const records = [
      lodash({ id: 'GHSA-35jh-r3h4-6jhm', aliases: ['CVE-2021-23337'], summary: 'Command injection in lodash' }),
      lodash({ id: 'SNYK-1', aliases: ['CVE-2021-0001'], summary: 'Something else' }),
      lodash({ id: 'OTHER-7', aliases: ['SNYK-2', 'CVE-2021-23337'], summary: 'The same' }),
      lodash({ id: 'SNYK-2', severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H' }] }),
    ];
    const [unrelated, collapsed, ...more] = match(records, 'npm', '4.17.15');
    assert.deepEqual(more, []);
    assert.equal(unrelated?.id, 'CVE-2021-0001');
    assert.deepEqual(collapsed, {
      id: 'CVE-2021-23337',
      aliases: ['CVE-2021-23337', 'GHSA-35jh-r3h4-6jhm', 'OTHER-7', 'SNYK-2'],
      summary: 'Command injection in lodash',
      score: 7.2,
      label: null,
      malicious: false,
      fixedIn: '4.17.21',
      url: 'https://github.com/advisories/GHSA-35jh-r3h4-6jhm',
    });
  });

  it('are fixed by the version that fixes all of them', () => {
    const records = [
      lodash({ id: 'GHSA-1', aliases: ['CVE-1'] }, [{ introduced: '0' }, { fixed: '4.17.19' }]),
      lodash({ id: 'OTHER-1', aliases: ['CVE-1'] }, [{ introduced: '0' }, { fixed: '4.17.20' }]),
    ];
    assert.equal(match(records, 'npm', '4.17.15')[0]?.fixedIn, '4.17.20');
    assert.equal(match(records, 'npm', '4.17.19')[0]?.id, 'CVE-1');
    assert.deepEqual(match(records, 'npm', '4.17.20'), []);
  });

  it('use the best-known id: CVE before GHSA before their own, but always that of malware', () => {
    const idOf = (id: string, ...aliases: string[]): string | undefined =>
      match([lodash({ id, aliases })], 'npm', '1.0.0')[0]?.id;
    assert.equal(idOf('PYSEC-1', 'GHSA-1', 'CVE-9', 'CVE-2'), 'CVE-2');
    assert.equal(idOf('PYSEC-1', 'GHSA-1'), 'GHSA-1');
    assert.equal(idOf('RUSTSEC-2020-0001'), 'RUSTSEC-2020-0001');
    assert.equal(idOf('GHSA-1', 'MAL-2025-1', 'CVE-1'), 'MAL-2025-1');
    assert.equal(match([lodash({ id: 'MAL-2025-1' })], 'npm', '1.0.0')[0]?.malicious, true);
  });

  it('are ignored if they are withdrawn', () => {
    const withdrawn = '2024-01-01T00:00:00Z';
    assert.deepEqual(match([lodash({ id: 'GHSA-1', withdrawn })], 'npm', '1.0.0'), []);
    const records = [
      lodash({ id: 'GHSA-1', aliases: ['CVE-1'], withdrawn }),
      lodash({ id: 'OTHER-1', aliases: ['CVE-1'] }),
    ];
    assert.deepEqual(match(records, 'npm', '1.0.0')[0]?.aliases, ['CVE-1', 'OTHER-1']);
  });
});
