import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Finding } from '../finding.ts';
import type { Suppression } from './policy.ts';
import { suppress } from './suppress.ts';

const now = new Date('2026-06-30T23:59:59Z');
const key: Finding = {
  id: 1,
  fingerprint: '0'.repeat(32),
  engine: 'secrets',
  rule: 'secrets/aws-access-key',
  severity: 'critical',
  state: 'new',
  title: 'AWS access key',
  message: '…',
  path: 'test/fixtures/a.ts',
  start_line: 1,
  end_line: 1,
};
const suppression: Suppression = { rule: 'secrets/*', reason: 'made up', expires: '2026-06-30' };
const statesOf = (suppressions: Suppression[], findings: Finding[] = [key]) =>
  suppress(findings, suppressions, now).findings.map(({ state }) => state);

describe('a suppression', () => {
  it('covers one rule or all rules of an engine', () => {
    const covered = (rule: string) => statesOf([{ ...suppression, rule }])[0] === 'suppressed';
    assert.deepEqual(
      ['secrets/aws-access-key', 'secrets/*', 'secrets/aws', 'secrets/jwt', 'secret/*', 'vulnerabilities/*'].map(
        covered,
      ),
      [true, true, false, false, false, false],
    );
  });

  it('covers the paths of its glob; without one also findings without a path', () => {
    const covered = (path: string | undefined, of: string | null) =>
      statesOf([path === undefined ? suppression : { ...suppression, path }], [{ ...key, path: of }])[0] ===
      'suppressed';
    assert.equal(covered('test/**', 'test/fixtures/a.ts'), true);
    assert.equal(covered('test', 'test/fixtures/a.ts'), true);
    assert.equal(covered('src/**', 'test/fixtures/a.ts'), false);
    assert.equal(covered('**', null), false);
    assert.equal(covered(undefined, null), true);
  });

  it('is shown on the finding with its reason, owner and last day, for every severity', () => {
    const { findings } = suppress([key], [{ ...suppression, owner: '@security' }], now);
    assert.deepEqual(findings, [
      { ...key, state: 'suppressed', suppression: { reason: 'made up', owner: '@security', expires: '2026-06-30' } },
    ]);
  });

  it('applies until the end of its last day in UTC and is noted afterwards', () => {
    const held = suppress([key], [suppression], now);
    assert.deepEqual([held.findings[0]?.state, held.notes], ['suppressed', []]);
    const { findings, notes } = suppress(
      [key],
      [{ ...suppression, path: 'test', owner: 'Ann' }],
      new Date('2026-07-01T00:00:00Z'),
    );
    assert.deepEqual(findings, [key]);
    assert.deepEqual(notes, [
      'The suppression of secrets/* in test (Ann) ended on 2026-06-30: mend what it covered, or decide anew.',
    ]);
  });

  it('covers new and existing findings, but not fixed ones', () => {
    const findings = (['new', 'existing', 'fixed'] as const).map((state) => ({ ...key, state }));
    assert.deepEqual(statesOf([suppression], findings), ['suppressed', 'suppressed', 'fixed']);
  });

  it('causes at most 20 notes if many have expired', () => {
    const ended = Array.from({ length: 30 }, () => ({ ...suppression, expires: '2020-01-01' }));
    const { notes } = suppress([], ended, now);
    assert.deepEqual([notes.length, notes[19]], [20, '11 more suppressions have ended.']);
  });
});
