import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Finding } from '../finding.ts';
import { defaultPolicy } from './default-policy.ts';
import { evaluateGate } from './evaluate-gate.ts';
import type { AnalysisPolicy } from './policy.ts';

const finding = (values: Partial<Finding>): Finding => ({
  id: 1,
  fingerprint: '0'.repeat(32),
  engine: 'secrets',
  rule: 'secrets/aws-access-key',
  severity: 'critical',
  state: 'new',
  title: 'AWS access key',
  message: '…',
  path: 'src/a.ts',
  start_line: 12,
  end_line: 12,
  ...values,
});
const complex = (path: string, value: number, values: Partial<Finding> = {}): Finding =>
  finding({
    engine: 'complexity',
    rule: 'complexity/high',
    severity: 'medium',
    title: `f has ${value}`,
    path,
    value,
    ...values,
  });
const measured = { complexity: { functions: 9, total: 90, highest: 44, over_threshold: 3 } };
const asking = (gate: Partial<AnalysisPolicy['gate']>): AnalysisPolicy => ({
  ...defaultPolicy,
  gate: { ...defaultPolicy.gate, ...gate },
});

describe('evaluateGate', () => {
  it('passes without findings; by default it has conditions for critical, high and complex functions', () => {
    assert.deepEqual(evaluateGate(defaultPolicy, [], measured), {
      passed: true,
      conditions: [
        { name: 'new_critical', passed: true, value: 0, threshold: 0, fix: '' },
        { name: 'new_high', passed: true, value: 0, threshold: 0, fix: '' },
        { name: 'complexity', passed: true, value: 0, threshold: 30, fix: '' },
      ],
    });
  });

  it('fails for new findings and names the first ones', () => {
    const findings = [
      finding({}),
      finding({ severity: 'high', path: null, start_line: null, title: 'No lockfile' }),
      finding({ severity: 'high', path: 'b.ts', start_line: null, title: 'x'.repeat(150) }),
      finding({ severity: 'high', path: 'c.ts' }),
      finding({ severity: 'high', path: 'd.ts' }),
      finding({ severity: 'medium' }),
    ];
    assert.deepEqual(evaluateGate(defaultPolicy, findings, {}), {
      passed: false,
      conditions: [
        {
          name: 'new_critical',
          passed: false,
          value: 1,
          threshold: 0,
          fix: 'Fix or suppress with a reason: src/a.ts:12 (AWS access key).',
        },
        {
          name: 'new_high',
          passed: false,
          value: 4,
          threshold: 0,
          fix: `Fix or suppress with a reason: No lockfile, b.ts (${'x'.repeat(99)}…), c.ts:12 (AWS access key) and 1 more.`,
        },
      ],
    });
  });

  it('ignores existing, fixed and suppressed findings', () => {
    const findings = (['existing', 'fixed', 'suppressed'] as const).flatMap((state) => [
      finding({ state }),
      complex('a.ts', 90, { state }),
    ]);
    assert.equal(evaluateGate(defaultPolicy, findings, measured).passed, true);
  });

  it('allows as many findings as its threshold', () => {
    const policy = asking({ newFindings: { critical: 1, high: null, medium: null, low: 2 } });
    const low = finding({ severity: 'low' });
    assert.deepEqual(
      evaluateGate(policy, [finding({}), finding({ severity: 'high' }), low, low, low], {}).conditions.map(
        ({ name, passed, value, threshold }) => [name, passed, value, threshold],
      ),
      [
        ['new_critical', true, 1, 1],
        ['new_low', false, 3, 2],
      ],
    );
  });

  it('fails for a new function that is too complex, and names the worst one first', () => {
    const findings = [
      complex('a.ts', 31),
      complex('b.ts', 44),
      complex('c.ts', 30),
      complex('d.ts', 99, { state: 'existing' }),
    ];
    const condition = evaluateGate(defaultPolicy, findings, measured).conditions.at(-1);
    assert.deepEqual(condition, {
      name: 'complexity',
      passed: false,
      value: 44,
      threshold: 30,
      fix: 'Split until no function is above 30, or suppress with a reason: b.ts:12 (f has 44), a.ts:12 (f has 31).',
    });
  });

  it('has no conditions for values that were not measured', () => {
    const policy = asking({ duplicationPercent: 5 });
    assert.deepEqual(
      evaluateGate(policy, [], {}).conditions.map(({ name }) => name),
      ['new_critical', 'new_high'],
    );
  });

  it('has a condition for duplication if the policy sets it', () => {
    const duplication = { lines: 1000, duplicated_lines: 61, percent: 6.1, clones: 2 };
    const clone = finding({
      engine: 'duplication',
      rule: 'duplication/clone',
      severity: 'low',
      title: '40 lines twice',
    });
    assert.deepEqual(evaluateGate(asking({ duplicationPercent: 5 }), [clone], { duplication }).conditions.at(-1), {
      name: 'duplication_percent',
      passed: false,
      value: 6.1,
      threshold: 5,
      fix: 'Bring together what is written twice: src/a.ts:12 (40 lines twice).',
    });
    assert.equal(evaluateGate(asking({ duplicationPercent: 6.1 }), [], { duplication }).passed, true);
  });
});
