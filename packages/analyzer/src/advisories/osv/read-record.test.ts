import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRecord } from './read-record.ts';

const base = { id: 'GHSA-1', modified: '2026-01-01T00:00:00Z' };
const v31 = { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' };
const v2 = { type: 'CVSS_V2', score: 'AV:N/AC:L/Au:N/C:C/I:C/A:C' };
const v4 = { type: 'CVSS_V4', score: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N' };

const affecting = (ecosystem: string, name: string, more: object = {}): object => ({
  package: { ecosystem, name },
  ...more,
});
const packageRecord = (record: object) => readRecord({ ...base, ...record })?.packages[0]?.record;

describe('readRecord', () => {
  it('needs an id and a time; everything else may be missing, null or unknown', () => {
    assert.deepEqual(readRecord({ ...base, aliases: null, affected: null, invented: [{}] })?.packages, []);
    const affected = [
      affecting('npm', 'a', { ranges: null, versions: null, severity: null, invented: 1 }),
      { package: null },
    ];
    assert.equal(readRecord({ ...base, summary: null, details: null, affected })?.packages.length, 1);
    for (const value of [
      null,
      [],
      'text',
      {},
      { id: 'X' },
      { ...base, id: 'a b' },
      { ...base, affected: [{ package: 1 }] },
    ])
      assert.equal(readRecord(value), null, JSON.stringify(value));
  });

  it('merges ranges and versions of all entries of a package', () => {
    const events = (fixed: string) => [{ type: 'SEMVER', events: [{ introduced: '1.0.0' }, { fixed }] }];
    const affected = [
      affecting('npm', 'a', { ranges: events('1.2.0'), versions: ['1.1.0', '0.9.0'] }),
      affecting('PyPI', 'A_b.C', { versions: ['1.0'] }),
      affecting('npm', 'a', { ranges: events('2.0.0') }),
      affecting('Debian:12', 'a'),
    ];
    const record = readRecord({ ...base, affected });
    assert.deepEqual([...(record?.ecosystems ?? [])], ['npm', 'PyPI', 'Debian']);
    assert.deepEqual(
      record?.packages.map(({ ecosystem, name }) => [ecosystem, name]),
      [
        ['npm', 'a'],
        ['PyPI', 'a-b-c'],
      ],
    );
    const [npm] = record?.packages ?? [];
    assert.equal(npm?.record.ranges.length, 2);
    // 1.1.0 is inside of a range; only versions outside of ranges are kept.
    assert.deepEqual(npm?.record.versions, ['0.9.0']);
  });

  it('normalizes package names like their registry', () => {
    const nameOf = (ecosystem: string, name: string) =>
      readRecord({ ...base, affected: [affecting(ecosystem, name)] })?.packages[0]?.name;
    assert.equal(nameOf('PyPI', 'Zope.Interface__X'), 'zope-interface-x');
    assert.equal(nameOf('NuGet', 'Newtonsoft.Json'), 'newtonsoft.json');
    assert.equal(nameOf('Packagist', 'Symfony/HTTP-Kernel'), 'symfony/http-kernel');
    assert.equal(nameOf('crates.io', 'Serde_JSON'), 'serde-json');
    assert.equal(nameOf('GitHub Actions', 'TJ-actions/Changed-Files'), 'tj-actions/changed-files');
    assert.equal(nameOf('npm', 'JSONStream'), 'JSONStream');
    assert.equal(nameOf('Maven:https://maven.google.com', 'com.Google:a'), 'com.Google:a');
  });

  it('scores the newest CVSS version, wherever the vector is', () => {
    const affected = [affecting('npm', 'a')];
    assert.equal(packageRecord({ affected, severity: [v2, v31] })?.score, 7.5);
    assert.equal(packageRecord({ affected, severity: [v31, v4] })?.score, 9.3);
    assert.equal(packageRecord({ affected, severity: [v2] })?.score, 10);
    assert.equal(packageRecord({ affected: [affecting('npm', 'a', { severity: [v31] })] })?.score, 7.5);
    assert.equal(packageRecord({ affected, severity: [{ type: 'Ubuntu', score: 'high' }] })?.score, null);
    assert.equal(packageRecord({ affected, severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N' }] })?.score, null);
  });

  it('takes the label from the database', () => {
    const affected = [affecting('npm', 'a')];
    assert.equal(packageRecord({ affected, database_specific: { severity: 'medium' } })?.label, 'MODERATE');
    assert.equal(packageRecord({ affected, database_specific: { severity: ['HIGH'] } })?.label, null);
    assert.equal(packageRecord({ affected, database_specific: { severity: 'toString' } })?.label, null);
    // RustSec marks unmaintained crates with `informational` in `database_specific`.
    const notice = affecting('crates.io', 'a', { database_specific: { informational: 'unmaintained' } });
    assert.equal(packageRecord({ affected: [notice] })?.label, 'LOW');
  });

  it('summarizes in one line of plain text', () => {
    const affected = [affecting('npm', 'a')];
    assert.equal(packageRecord({ affected, summary: ' Bad\n\u001b[31mthing ' })?.summary, 'Bad [31mthing');
    assert.equal(packageRecord({ affected, details: '### Impact\n\nAnybody can.\nMore.' })?.summary, 'Anybody can.');
    assert.equal(packageRecord({ affected })?.summary, '');
    assert.equal(packageRecord({ affected, summary: 'x'.repeat(1000) })?.summary.length, 300);
  });
});
