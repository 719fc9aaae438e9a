import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { wrap } from './table/wrap.ts';
import { toTable } from './table.ts';
import { hostileText, sampleFinding, sampleReport } from './testing/sample-report.ts';

const plain = { color: false, width: 100 };

describe('the table report', () => {
  it('shows verdict, gate, new findings, incomplete engines and facts, in this order', () => {
    assert.equal(
      toTable(sampleReport(), plain),
      `Gate failed: 2 new critical findings, complexity of a new function 44 (30 allowed); the analysis is not complete
my-org/my-repo at f3b0d6f7f0c1, comprehensive, compared with a1b2c3d4f3b0

  FAIL  New critical findings: 2 (0 allowed)
        Fix or suppress with a reason: package-lock.json:40 (lodash 4.17.15), src/upload.ts:12 (AWS
        access key).
  ok    New high findings: 0 (0 allowed)
  FAIL  Complexity of a new function: 44 (30 allowed)
        Split until no function is above 30, or suppress with a reason: src/plan.ts:31 (plan has a
        complexity of 44).

New findings: 2 critical, 1 medium, 1 low (besides 1 existing, 1 fixed, 1 suppressed)

  CRITICAL  package-lock.json:40  vulnerabilities/CVE-2021-23337
            lodash 4.17.15: Command injection in lodash (CVE-2021-23337)
            Fix: Upgrade lodash to 4.17.21 or newer (package-lock.json).

  CRITICAL  src/upload.ts:12  secrets/aws-access-key
            AWS access key in src/upload.ts
            Fix: Revoke it at AWS first. Then read the new one from the environment.

  MEDIUM    src/plan.ts:31  complexity/high
            plan has a complexity of 44
            Fix: Split it: each part with a name of its own.

  LOW       (the repository)  licences/missing
            A package that can be published has no license
            Fix: Name a license in package.json and add its text as LICENSE, or say "private": true.

  Not complete: secrets: data/big.json is larger than the 2 MiB that are looked at: keep it
  elsewhere, or exclude it.

21,390 lines of code in 135 files: TypeScript 90%, CSS 10%, Shell 0%
4 dependencies, 3 direct
Technologies: PostgreSQL, Fastify
`,
    );
  });

  it('shows problems of the policy', () => {
    const report = sampleReport();
    const notes = ['Line 2: .commandcenter.yml is not YAML, the defaults hold: deficient indentation.'];
    const policy = { name: 'policy', version: '1', files_seen: 0, files_skipped: 0, skipped: [], seconds: 0, notes };
    report.result.engines = [{ ...policy, complete: true }];
    assert.match(toTable(report, plain), /^ {2}Policy: Line 2: \.commandcenter\.yml is not YAML, the defaults hold/m);
  });

  it('has the same text with colors', () => {
    const coloured = toTable(sampleReport(), { ...plain, color: true });
    assert.ok(coloured.includes('\u001b[1;97;41mCRITICAL\u001b[0m'));
    assert.equal(stripVTControlCharacters(coloured), toTable(sampleReport(), plain));
  });

  it('shows 50 findings and the number of further ones', () => {
    const findings = Array.from({ length: 60 }, () => sampleFinding());
    const text = toTable(sampleReport({ findings }), plain);
    assert.equal(text.match(/^ {2}CRITICAL/gm)?.length, 50);
    assert.match(text, /^ {2}… and 10 more new findings: --format json has them all\.$/m);
  });

  it('lets no hostile name move the cursor or run a workflow command', () => {
    const finding = sampleFinding({
      title: hostileText,
      path: hostileText,
      rule: hostileText,
      fix: `${'x'.repeat(80)} ::error::pwned`,
    });
    const report = sampleReport({
      findings: [finding],
      repository: { name: `\n::set-output name=x::y${hostileText}`, commit: null, base: null },
    });
    report.result.engines = report.result.engines.map((engine) => ({
      ...engine,
      name: hostileText,
      complete: false,
      reason: hostileText,
    }));
    for (const width of [40, 60, 100, 101, 103, 110]) {
      const text = toTable(report, { color: false, width });
      assert.doesNotMatch(text, /[[\p{Cc}\p{Cf}\p{Zl}]--[\n]]/v);
      assert.doesNotMatch(text, /^\s*::/m);
      assert.doesNotMatch(text, /##\[/);
    }
  });
});

describe('wrap', () => {
  it('breaks between words, and within a word that is longer than a line', () => {
    assert.deepEqual(wrap('one two three', 12, '  '), ['  one two', '  three']);
    assert.deepEqual(wrap('abcdefghijklmnop qr', 12, '  '), ['  abcdefghij', '  klmnop qr']);
    assert.deepEqual(wrap('', 12, '  '), []);
  });
});
