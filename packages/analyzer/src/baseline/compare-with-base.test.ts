import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Coverage } from '../engine.ts';
import type { RawFinding } from '../finding.ts';
import { type CompareOptions, compareWithBase, type EngineFindings } from './compare-with-base.ts';

const whole: Coverage = { filesSeen: 10, skipped: [], complete: true };
const partly = (files: number): Coverage => ({
  filesSeen: 10,
  skipped: [{ reason: 'larger than 2 MiB', files, examples: ['big.json'] }],
  complete: false,
  reason: 'Some files are too large.',
});
const found = (values: Partial<RawFinding> = {}): RawFinding => ({
  rule: 'complexity/high',
  severity: 'medium',
  title: 'f is complex',
  message: '…',
  path: 'src/a.ts',
  start_line: 10,
  end_line: 40,
  identity: 'f',
  ...values,
});
const engine = (findings: RawFinding[], coverage = whole): EngineFindings[] => [
  { engine: 'complexity', outcome: { findings, coverage } },
];
const failed: EngineFindings[] = [{ engine: 'complexity', outcome: undefined }];

const compare = (head: EngineFindings[], base: EngineFindings[] | null, options?: CompareOptions) => {
  const comparison = compareWithBase(head, base, options);
  return {
    ...comparison,
    states: comparison.findings.map(({ state, path, start_line }) => `${state} ${path}:${start_line}`),
    fingerprints: comparison.findings.map(({ fingerprint }) => fingerprint),
    notes: Object.fromEntries(comparison.notes),
    moved: Object.fromEntries(comparison.moved),
  };
};
const only = <T>(items: readonly T[]): T => {
  assert.equal(items.length, 1);
  return items[0] as T;
};

describe('compareWithBase', () => {
  it('treats all findings as new without a base, and omits internal fields', () => {
    const raw = found({ fix: 'Split it.', value: 31, severityIfNew: 'critical' });
    const { findings, moved, notes, notCompared } = compare(engine([raw]), null);
    assert.deepEqual(findings, [
      {
        id: 1,
        fingerprint: findings[0]?.fingerprint,
        engine: 'complexity',
        state: 'new',
        rule: 'complexity/high',
        severity: 'medium',
        title: 'f is complex',
        message: '…',
        path: 'src/a.ts',
        start_line: 10,
        end_line: 40,
        fix: 'Split it.',
        value: 31,
      },
    ]);
    assert.match(findings[0]?.fingerprint ?? '', /^[0-9a-f]{32}$/);
    assert.deepEqual([moved, notes, notCompared], [{}, {}, []]);
  });

  it('classifies findings as new, existing or fixed; a fixed one keeps its location in the base', () => {
    const base = engine([found(), found({ identity: 'g', start_line: 70 })]);
    const head = engine([found(), found({ identity: 'h', start_line: 90 })]);
    assert.deepEqual(compare(head, base).states, ['existing src/a.ts:10', 'fixed src/a.ts:70', 'new src/a.ts:90']);
  });

  it('recognizes findings whose lines moved or whose texts changed', () => {
    const before = compare(engine([found()]), null);
    const { states, fingerprints } = compare(
      engine([
        found({ start_line: 200, end_line: 260, title: 'f has 19 branches', message: 'longer', severity: 'high' }),
      ]),
      engine([found()]),
    );
    assert.deepEqual(states, ['existing src/a.ts:200']);
    assert.deepEqual(fingerprints, before.fingerprints);
  });

  it('distinguishes findings by file, rule and identity', () => {
    const all = [found(), found({ path: 'src/b.ts' }), found({ rule: 'complexity/deep' }), found({ identity: 'g' })];
    assert.equal(new Set(compare(engine(all), null).fingerprints).size, 4);
  });

  it('counts equal findings: one more is new, one less is fixed', () => {
    const one = found();
    const two = found({ start_line: 50 });
    const three = found({ start_line: 90 });
    const added = compare(engine([three, one, two]), engine([two, one]));
    assert.deepEqual(added.states, ['existing src/a.ts:10', 'existing src/a.ts:50', 'new src/a.ts:90']);
    assert.equal(new Set(added.fingerprints).size, 3);
    const removed = compare(engine([one]), engine([one, two, three]));
    assert.deepEqual(removed.states, ['existing src/a.ts:10', 'fixed src/a.ts:50', 'fixed src/a.ts:90']);
    assert.deepEqual(removed.fingerprints, added.fingerprints);
  });

  it('uses the severity for new findings only if there is a base', () => {
    const raw = found({ severity: 'low', severityIfNew: 'high' });
    const severityOf = (base: EngineFindings[] | null) => only(compareWithBase(engine([raw]), base).findings).severity;
    assert.deepEqual(
      [severityOf(null), severityOf(engine([])), severityOf(engine([raw])), severityOf(failed)],
      ['low', 'high', 'low', 'low'],
    );
  });

  it('sorts by severity, then path and line, and numbers the findings', () => {
    const head = engine([
      found({ severity: 'low', path: 'a.ts' }),
      found({ severity: 'high', path: 'b.ts', start_line: 9 }),
      found({ severity: 'high', path: 'b.ts', start_line: 2, identity: 'g' }),
      found({ severity: 'critical', path: 'z.ts' }),
      found({ severity: 'high', path: null, start_line: null }),
    ]);
    assert.deepEqual(
      compareWithBase(head, null).findings.map(({ id, severity, path, start_line }) => [
        id,
        severity,
        path,
        start_line,
      ]),
      [
        [1, 'critical', 'z.ts', 10],
        [2, 'high', null, null],
        [3, 'high', 'b.ts', 2],
        [4, 'high', 'b.ts', 9],
        [5, 'low', 'a.ts', 10],
      ],
    );
  });
});

describe('findings of a moved file', () => {
  const base = engine([found({ path: 'old.ts' })]);
  const head = engine([found({ path: 'new.ts', start_line: 3 })]);
  const first = only(compare(base, null).fingerprints);

  it('are recognized if the old path no longer exists', () => {
    const { states, fingerprints } = compare(head, base, { isInHead: (path) => path === 'new.ts' });
    assert.deepEqual([states, fingerprints], [['existing new.ts:3'], [first]]);
    assert.deepEqual(compare(head, base).states, ['existing new.ts:3']);
  });

  it('are new and fixed if the old file still exists, because it is other code', () => {
    assert.deepEqual(compare(head, base, { isInHead: () => true }).states, ['new new.ts:3', 'fixed old.ts:10']);
  });

  it('are matched only once: those of an additional copy are new', () => {
    const copies = engine([found({ path: 'new.ts' }), found({ path: 'newer.ts' })]);
    assert.deepEqual(compare(copies, base).states, ['existing new.ts:10', 'new newer.ts:10']);
  });

  it('keep their fingerprints over several moves', () => {
    const moved = compareWithBase(head, base).moved;
    const later = compare(head, head, { knownFingerprints: moved });
    assert.deepEqual([later.fingerprints, later.moved], [[first], Object.fromEntries(moved)]);
    const again = compare(engine([found({ path: 'newest.ts' })]), head, { knownFingerprints: moved });
    assert.deepEqual([again.states, again.fingerprints], [['existing newest.ts:10'], [first]]);
  });

  it('do not share their fingerprints with a later file at the old path', () => {
    const { moved } = compareWithBase(head, base);
    const both = engine([found({ path: 'new.ts', start_line: 3 }), found({ path: 'old.ts' })]);
    const then = compare(both, head, { knownFingerprints: moved });
    assert.deepEqual(then.states, ['existing new.ts:3', 'new old.ts:10']);
    assert.equal(then.fingerprints[0], first);
    assert.notEqual(then.fingerprints[1], first);
    const later = compare(both, both, { knownFingerprints: new Map(Object.entries(then.moved)) });
    assert.deepEqual(later.fingerprints, then.fingerprints);
  });
});

describe('findings of an engine with incomplete coverage', () => {
  it('are not new if it failed on the base', () => {
    const { states, notes, notCompared } = compare(engine([found()]), failed);
    assert.deepEqual(states, ['existing src/a.ts:10']);
    assert.deepEqual(notes, { complexity: ['It did not run on the base, so none of its 1 findings is called new.'] });
    assert.deepEqual(notCompared, ['complexity']);
  });

  it('are not new if it does not run on the base, and the result is complete', () => {
    const { states, notes, notCompared } = compare(engine([found()]), []);
    assert.deepEqual([states, notes, notCompared], [['existing src/a.ts:10'], {}, []]);
  });

  it('are not fixed if it failed on the head', () => {
    const { states, notes } = compare(failed, engine([found(), found({ identity: 'g' })]));
    assert.deepEqual(states, []);
    assert.deepEqual(notes, {
      complexity: [
        'It did not see all it saw of the base, so 2 findings that are not seen again are not called fixed.',
      ],
    });
  });

  it('are not fixed if it saw less of the head, but are if the same files are missing on both sides', () => {
    assert.deepEqual(compare(engine([], partly(7)), engine([found()])).states, []);
    assert.deepEqual(compare(engine([], partly(7)), engine([found()], partly(3))).states, []);
    assert.deepEqual(compare(engine([], partly(7)), engine([found()], partly(7))).states, ['fixed src/a.ts:10']);
  });

  it('are new if it saw only a part of the base, with a note', () => {
    const { states, notes, notCompared } = compare(engine([found()]), engine([], partly(7)));
    assert.deepEqual([states, notCompared], [['new src/a.ts:10'], []]);
    assert.deepEqual(notes, { complexity: ['It saw more than of the base: what it calls new can be old.'] });
  });
});
