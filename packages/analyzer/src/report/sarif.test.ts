import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toSarif } from './sarif.ts';
import { hostileText, sampleFinding, sampleReport } from './testing/sample-report.ts';
import { sarifErrors } from './testing/validate.ts';

const faultsOf = sarifErrors();
const runOf = (...parameters: Parameters<typeof toSarif>) => {
  const log = toSarif(...parameters);
  assert.deepEqual(faultsOf(JSON.parse(JSON.stringify(log))), []);
  return log.runs[0];
};

describe('the SARIF report', () => {
  it('is rejected by the schema if it is invalid, so that these tests can fail', () => {
    const log = toSarif(sampleReport());
    assert.notDeepEqual(faultsOf({ ...log, version: '2.0.0' }), []);
    assert.notDeepEqual(faultsOf({ ...log, runs: [{ ...log.runs[0], results: [{}] }] }), []);
  });

  it('has a result per finding with location, level, state and fingerprint', () => {
    const { results } = runOf(sampleReport());
    assert.equal(results.length, 7);
    assert.deepEqual(results[4], {
      ruleId: 'complexity/high',
      ruleIndex: 0,
      level: 'warning',
      message: {
        text: 'plan has a complexity of 44. A function with 44 ways through it is hard to understand and to test. Fix: Split it: each part with a name of its own.',
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'src/plan.ts', uriBaseId: '%SRCROOT%' },
            region: { startLine: 31, endLine: 190 },
          },
        },
      ],
      partialFingerprints: {
        'commandcenter/v1': '00000000000000000000000000000005',
        primaryLocationLineHash: '00000000000000000000000000000005:1',
      },
      baselineState: 'new',
      properties: { severity: 'medium', state: 'new', value: 44 },
    });
    assert.deepEqual(
      results.map(({ level, baselineState }) => [level, baselineState]),
      [
        ['error', 'new'],
        ['error', 'new'],
        ['error', 'unchanged'],
        ['error', 'unchanged'],
        ['warning', 'new'],
        ['note', 'absent'],
        ['note', 'new'],
      ],
    );
    assert.deepEqual(results[2]?.suppressions, [
      { kind: 'external', status: 'accepted', justification: 'Made for the tests alone (until 2026-12-31, @security)' },
    ]);
  });

  it('has each rule once with help, and a security severity only for security rules', () => {
    const { tool, results } = runOf(sampleReport());
    const { rules } = tool.driver;
    assert.deepEqual(
      rules.map(({ id, properties }) => [id, properties['security-severity'], properties.tags]),
      [
        ['complexity/high', undefined, ['maintainability', 'complexity']],
        ['dependencies/no-lockfile', undefined, ['maintainability', 'dependencies']],
        ['licences/missing', undefined, ['maintainability', 'licences']],
        ['secrets/aws-access-key', '9.5', ['security', 'secrets']],
        ['secrets/private-key', '9.5', ['security', 'secrets']],
        ['vulnerabilities/CVE-2021-23337', '9.5', ['security', 'vulnerabilities']],
        ['workflows/script-injection', '8.0', ['security', 'workflows']],
      ],
    );
    assert.deepEqual(
      results.map(({ ruleIndex }) => rules[ruleIndex]?.id),
      results.map(({ ruleId }) => ruleId),
    );
    assert.deepEqual(rules[5]?.shortDescription, {
      text: 'lodash 4.17.15: Command injection in lodash (CVE-2021-23337)',
    });
    assert.equal(rules[5]?.help.text, 'Upgrade lodash to 4.17.21 or newer (package-lock.json).');
    assert.equal(rules[3]?.shortDescription.text, 'Aws access key');
  });

  it('gives a rule the severity of its worst finding', () => {
    const findings = (['low', 'high', 'medium'] as const).map((severity) => sampleFinding({ severity }));
    const [rule] = runOf(sampleReport({ findings })).tool.driver.rules;
    assert.deepEqual([rule?.properties['security-severity'], rule?.defaultConfiguration.level], ['8.0', 'error']);
  });

  it('omits states if there was no base', () => {
    const { results } = runOf(sampleReport({ repository: { name: 'a', commit: null, base: null } }));
    assert.ok(results.every((result) => !('baselineState' in result)));
  });

  it('lists incomplete engines', () => {
    const { invocations } = runOf(sampleReport());
    assert.equal(invocations[0].executionSuccessful, false);
    assert.deepEqual(invocations[0].toolExecutionNotifications, [
      {
        level: 'error',
        message: {
          text: 'secrets is not complete: data/big.json is larger than the 2 MiB that are looked at: keep it elsewhere, or exclude it.',
        },
      },
    ]);
  });

  it('encodes paths as relative URIs and gives findings without a path a location', () => {
    const uriOf = (path: string | null) =>
      runOf(sampleReport({ findings: [sampleFinding({ path, start_line: null, end_line: null })] })).results[0]
        ?.locations[0].physicalLocation;
    assert.equal(uriOf('a b/ü#?.ts')?.artifactLocation.uri, 'a%20b/%C3%BC%23%3F.ts');
    assert.equal(uriOf('c:x/%2e.ts')?.artifactLocation.uri, 'c%3Ax/%252e.ts');
    assert.deepEqual(uriOf(null), {
      artifactLocation: { uri: 'REPOSITORY', uriBaseId: '%SRCROOT%' },
      region: { startLine: 1 },
    });
    assert.ok(uriOf(hostileText));
  });

  it('escapes links and placeholders in messages', () => {
    const finding = sampleFinding({
      title: 'x',
      message: '[a](https://evil.example) {0} {x}',
      fix: hostileText,
      rule: `a/${hostileText}`,
    });
    const [result] = runOf(sampleReport({ findings: [finding] })).results;
    assert.ok(result?.message.text.startsWith('x. [a] (https://evil.example) {{0}} {x} Fix: '));
    assert.doesNotMatch(result?.message.text ?? '', /\]\(|\p{Cc}/u);
  });

  it('omits closed findings for an upload to GitHub, which would open them again', () => {
    const { results } = runOf(sampleReport(), { openOnly: true });
    assert.deepEqual(new Set(results.map(({ properties }) => properties.state)), new Set(['new', 'existing']));
  });

  it('has the 5,000 most severe findings, open ones first, and says so', () => {
    const findings = Array.from({ length: 6000 }, (_, n) =>
      sampleFinding({
        severity: n < 3000 ? 'low' : 'high',
        state: n >= 5000 ? 'fixed' : 'new',
        fingerprint: String(n),
      }),
    );
    const { results, invocations } = runOf(sampleReport({ findings }));
    assert.equal(results.length, 5000);
    assert.equal(results.filter(({ level }) => level === 'error').length, 2000);
    assert.ok(results.every(({ baselineState }) => baselineState === 'new'));
    assert.equal(
      invocations[0].toolExecutionNotifications.at(-1)?.message.text,
      'Of 6000 findings the 5000 most severe are here. The JSON report has all.',
    );
  });
});
