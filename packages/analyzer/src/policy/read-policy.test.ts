import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultPolicy } from './default-policy.ts';
import { readPolicy } from './read-policy.ts';

describe('readPolicy', () => {
  it('returns the defaults without a file, or if it is empty or has only comments', () => {
    for (const yaml of [null, '', '\n', '# nothing yet\n', 'analysis:\n', 'analysis:\n  gate:\n  suppressions:\n']) {
      assert.deepEqual(readPolicy(yaml), { policy: defaultPolicy, problems: [] }, JSON.stringify(yaml));
    }
  });

  it('combines values of the file with the defaults', () => {
    const { policy, problems } = readPolicy(`
analysis:
  gate: { new_high: 3, new_medium: 10, new_critical: null, complexity: null, duplication_percent: 4.5 }
  complexity_threshold: 20
  paths:
    exclude: [docs/**, '!vendor/ours']
  licences:
    deny: [AGPL-3.0-only]
    allow: [MIT]
  suppressions:
    - rule: secrets/aws-access-key
      path: test/fixtures/**
      reason: made up for tests
      owner: '@security'
      expires: 2027-01-31
    - { rule: vulnerabilities/*, reason: not reachable, expires: "2026-12-31" }
`);
    assert.deepEqual(problems, []);
    assert.deepEqual(policy, {
      gate: {
        newFindings: { critical: null, high: 3, medium: 10, low: null },
        complexity: null,
        duplicationPercent: 4.5,
      },
      complexityThreshold: 20,
      exclude: [...defaultPolicy.exclude, 'docs/**', '!vendor/ours'],
      licences: { deny: ['AGPL-3.0-only'], allow: ['MIT'] },
      suppressions: [
        {
          rule: 'secrets/aws-access-key',
          path: 'test/fixtures/**',
          reason: 'made up for tests',
          owner: '@security',
          expires: '2027-01-31',
        },
        { rule: 'vulnerabilities/*', reason: 'not reachable', expires: '2026-12-31' },
      ],
      tasks: defaultPolicy.tasks,
    });
  });

  it('lowers the complexity threshold to that of the gate', () => {
    const thresholdOf = (yaml: string) => readPolicy(yaml).policy.complexityThreshold;
    assert.equal(thresholdOf('analysis: { gate: { complexity: 10 } }'), 10);
    assert.equal(thresholdOf('analysis: { gate: { complexity: 0 } }'), 1);
    assert.equal(thresholdOf('analysis: { gate: { complexity: 40 }, complexity_threshold: 25 }'), 25);
  });

  it('reports unknown keys and wrong values with their lines, and keeps the rest', () => {
    const { policy, problems } = readPolicy(
      [
        'version: 1',
        'analysis:',
        '  gate:',
        '    new_critical: -1',
        '    new_hihg: 2',
        '    new_high: two',
        '    new_medium: 5',
        '  complexity_threshold: 1.5',
        '  paths: { exclude: [ok, /etc, "a/../../b", 7] }',
        '  licences: AGPL',
        '  "<b>\\n::error::": 1',
      ].join('\n'),
    );
    assert.deepEqual(problems, [
      { line: 1, message: 'version is not known. Known are: analysis.' },
      { line: 4, message: 'analysis.gate.new_critical has to be a whole number from 0 to 1000000, or null.' },
      {
        line: 5,
        message:
          'analysis.gate.new_hihg is not known. Known are: new_critical, new_high, new_medium, new_low, complexity, duplication_percent.',
      },
      { line: 6, message: 'analysis.gate.new_high has to be a whole number from 0 to 1000000, or null.' },
      { line: 8, message: 'analysis.complexity_threshold has to be a whole number from 1 to 10000.' },
      { line: 9, message: 'analysis.paths.exclude[1] is no glob: it has to be relative to the root, with slashes.' },
      { line: 9, message: 'analysis.paths.exclude[2] is no glob: it leads out of the repository.' },
      { line: 9, message: 'analysis.paths.exclude[3] has to be one line of text, at most 512 characters.' },
      { line: 10, message: 'analysis.licences has to be a mapping of keys to values.' },
      {
        line: 11,
        message:
          'analysis."<b>\\n::error::" is not known. Known are: gate, complexity_threshold, paths, licences, suppressions, tasks.',
      },
    ]);
    assert.deepEqual(policy, {
      ...defaultPolicy,
      gate: { ...defaultPolicy.gate, newFindings: { ...defaultPolicy.gate.newFindings, medium: 5 } },
      exclude: [...defaultPolicy.exclude, 'ok'],
    });
  });

  it('rejects a suppression without a rule, reason or expiry date, and names what is missing', () => {
    const { policy, problems } = readPolicy(`analysis:
  suppressions:
    - { rule: secrets/jwt, expires: 2027-01-31 }
    - { rule: secrets/jwt, reason: because }
    - { reason: because, expires: 2027-01-31 }
    - { rule: "*", reason: because, expires: 2027-01-31 }
    - { rule: secrets, reason: because, expires: 2027-01-31 }
    - { rule: secrets/jwt, reason: "  ", expires: 2027-01-31 }
    - { rule: secrets/jwt, reason: because, expires: never }
    - { rule: secrets/jwt, reason: because, expires: 2027-02-31 }
    - { rule: secrets/jwt, reason: because, expires: 2027-01-31, path: ../x }
    - secrets/jwt
    - { rule: secrets/jwt, reason: because, expires: 2027-01-31, until: later }
`);
    assert.deepEqual(problems, [
      { line: 3, message: 'analysis.suppressions[0] does not hold: it has no reason.' },
      { line: 4, message: 'analysis.suppressions[1] does not hold: it has no expires.' },
      { line: 5, message: 'analysis.suppressions[2] does not hold: it has no rule.' },
      {
        line: 6,
        message:
          'analysis.suppressions[3].rule has to be a rule (secrets/aws-access-key) or all of an engine (secrets/*).',
      },
      {
        line: 7,
        message:
          'analysis.suppressions[4].rule has to be a rule (secrets/aws-access-key) or all of an engine (secrets/*).',
      },
      { line: 8, message: 'analysis.suppressions[5].reason has to be one line of text, at most 500 characters.' },
      { line: 9, message: 'analysis.suppressions[6].expires has to be a day like 2027-01-31.' },
      { line: 10, message: 'analysis.suppressions[7].expires has to be a day like 2027-01-31.' },
      { line: 11, message: 'analysis.suppressions[8].path is no glob: it leads out of the repository.' },
      { line: 12, message: 'analysis.suppressions[9] has to be a mapping of keys to values.' },
      {
        line: 13,
        message: 'analysis.suppressions[10].until is not known. Known are: rule, path, reason, owner, expires.',
      },
    ]);
    assert.deepEqual(policy.suppressions, []);
  });

  it('keeps the first 1,000 suppressions', () => {
    const entries = Array.from({ length: 1001 }, (_, n) => `{rule: a/r${n}, reason: r, expires: 2027-01-31}`);
    const { policy, problems } = readPolicy(`analysis:\n  suppressions: [${entries.join(',\n      ')}]`);
    assert.equal(policy.suppressions.length, 1000);
    assert.deepEqual(problems, [
      { line: 2, message: 'analysis.suppressions has more than 1000 entries: the first 1000 hold.' },
    ]);
  });

  it('returns the defaults with the reason if the file is not YAML, too large, or uses aliases', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...[...'bcdefghi'].map((k, n) => `${k}: &${k} [${'*'}${'abcdefgh'[n]}]`),
    ];
    const cases: [string, number | null, RegExp][] = [
      ['analysis: [', 1, /^\.commandcenter\.yml is not YAML, the defaults hold: /],
      ['a: 1\nb: {\n', 3, /is not YAML/],
      ['a: 1\na: 2', 2, /is not YAML.*duplicated/],
      ['--- 1\n--- 2', null, /has more than one document/],
      [bomb.join('\n'), 2, /is not YAML.*alias/],
      [`${'['.repeat(3000)}`, 1, /is not YAML.*/],
      ['analysis: !!js/function x', 1, /is not YAML.*tag/],
      [`# ${'x'.repeat(256 * 1024)}`, null, /has more than 256 KiB: the defaults hold\.$/],
    ];
    for (const [yaml, line, message] of cases) {
      const { policy, problems } = readPolicy(yaml);
      assert.deepEqual(policy, defaultPolicy);
      assert.deepEqual([problems.length, problems[0]?.line], [1, line], `${yaml.slice(0, 40)} ${problems[0]?.message}`);
      assert.match(problems[0]?.message ?? '', message);
    }
    assert.deepEqual(readPolicy('just text').problems, [
      { line: null, message: 'The file has to be a mapping of keys to values.' },
    ]);
  });

  it('reports inherited property names as unknown keys', () => {
    const { policy, problems } = readPolicy(
      '__proto__: { gate: { new_high: 9 } }\nconstructor: 1\nanalysis: { toString: 1 }',
    );
    assert.deepEqual(policy, defaultPolicy);
    assert.deepEqual(
      problems.map(({ message }) => message.split(' ')[0]),
      ['__proto__', 'constructor', 'analysis.toString'],
    );
  });
});
