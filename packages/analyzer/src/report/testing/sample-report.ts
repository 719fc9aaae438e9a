import type { Dependency } from '../../facts.ts';
import type { Finding } from '../../finding.ts';
import type { AnalysisReport } from '../../result.ts';
import { summaryMarkdown } from '../summary.ts';
import { countBySeverity } from '../verdict.ts';

/** Creates a finding; `values` override its fields. */
export function sampleFinding(values: Partial<Finding> = {}): Finding {
  return {
    id: 1,
    fingerprint: '3f8a0c6d1b5e47f29a7c00112233445a',
    engine: 'secrets',
    rule: 'secrets/aws-access-key',
    severity: 'critical',
    state: 'new',
    title: 'AWS access key in src/upload.ts',
    message: 'An AWS access key that begins with "AKIA" and has 20 characters stands in this file.',
    path: 'src/upload.ts',
    start_line: 12,
    end_line: 12,
    fix: 'Revoke it at AWS first. Then read the new one from the environment.',
    ...values,
  };
}

/** Hostile text: markup, mentions, terminal escapes, workflow commands, text direction marks. */
export const hostileText =
  '<img src=x onerror=alert(1)></details> **bold** [a](javascript:alert(1)) @octocat org/repo#1 https://evil.example www.evil.example `x` | $x$ \u001b[31mred\u001b]8;;http://evil\u0007 \u202egnp.exe\u2028\r\n::error::pwned ##[add-mask]x \ud800';

const lodash: Dependency = {
  ecosystem: 'npm',
  name: 'lodash',
  version: '4.17.15',
  requirement: '^4.17.0',
  direct: true,
  scope: 'runtime',
  manifest: 'package-lock.json',
  line: 40,
  purl: 'pkg:npm/lodash@4.17.15',
  via: [],
  licence: 'MIT',
  latest: '4.17.21',
};

/** Creates a report with every kind of content; `values` override its fields. */
export function sampleReport(values: Partial<AnalysisReport> = {}): AnalysisReport {
  const findings = (values.findings ?? sampleFindings()).map((finding, index) => ({ ...finding, id: index + 1 }));
  const report: AnalysisReport = {
    tool: { name: 'CommandCenter', version: '0.1.0' },
    repository: {
      name: 'my-org/my-repo',
      commit: 'f3b0d6f7f0c1b1f4a8f2f6a0b9d3c5e7a1b2c3d4',
      base: 'a1b2c3d4f3b0d6f7f0c1b1f4a8f2f6a0b9d3c5e7',
    },
    depth: 'comprehensive',
    created_at: '2026-01-31T12:00:00.000Z',
    result: {
      summary: '',
      critical_issues: 2,
      counts: { new: countBySeverity(findings, ['new']), all: countBySeverity(findings, ['new', 'existing']) },
      gate: {
        passed: false,
        conditions: [
          {
            name: 'new_critical',
            passed: false,
            value: 2,
            threshold: 0,
            fix: 'Fix or suppress with a reason: package-lock.json:40 (lodash 4.17.15), src/upload.ts:12 (AWS access key).',
          },
          { name: 'new_high', passed: true, value: 0, threshold: 0, fix: '' },
          {
            name: 'complexity',
            passed: false,
            value: 44,
            threshold: 30,
            fix: 'Split until no function is above 30, or suppress with a reason: src/plan.ts:31 (plan has a complexity of 44).',
          },
        ],
      },
      engines: [
        {
          name: 'lines',
          version: '1',
          files_seen: 214,
          files_skipped: 0,
          skipped: [],
          seconds: 0.4,
          complete: true,
          notes: [],
        },
        {
          name: 'dependencies',
          version: '1',
          files_seen: 3,
          files_skipped: 0,
          skipped: [],
          seconds: 0.021,
          complete: true,
          notes: [],
        },
        {
          name: 'vulnerabilities',
          version: '1',
          files_seen: 0,
          files_skipped: 0,
          skipped: [],
          seconds: 1.2,
          complete: true,
          notes: ['Advisories of osv.dev, 3 hours old.'],
        },
        {
          name: 'secrets',
          version: '1',
          files_seen: 210,
          files_skipped: 4,
          skipped: [
            { reason: 'binary', files: 3, examples: ['logo.png', 'icon.ico', 'font.woff2'] },
            { reason: 'larger than 2 MiB', files: 1, examples: ['data/big.json'] },
          ],
          seconds: 0.9,
          complete: false,
          reason: 'data/big.json is larger than the 2 MiB that are looked at: keep it elsewhere, or exclude it.',
          notes: [],
        },
      ],
      complete: false,
      report_url: null,
    },
    facts: {
      languages: [
        { name: 'TypeScript', files: 120, code: 19_200, comment: 1800, blank: 2100 },
        { name: 'CSS', files: 12, code: 2100, comment: 40, blank: 300 },
        { name: 'Shell', files: 3, code: 90, comment: 20, blank: 12 },
      ],
      technologies: [
        { id: 'postgresql', name: 'PostgreSQL', category: 'database', paths: ['compose.yaml'] },
        { id: 'fastify', name: 'Fastify', category: 'framework', paths: ['package.json'] },
      ],
      dependencies: sampleDependencies(),
      complexity: { functions: 812, total: 2900, highest: 44, over_threshold: 9 },
      duplication: { lines: 20_000, duplicated_lines: 410, percent: 2.05, clones: 14 },
      licences: [
        { expression: 'MIT', packages: 3 },
        { expression: 'unknown', packages: 1 },
      ],
      hotspots: [{ path: 'src/plan.ts', commits: 61, complexity: 130, authors: 4, main_author_percent: 72 }],
    },
    ...values,
    findings,
  };
  if (report.result.summary === '') report.result = { ...report.result, summary: summaryMarkdown(report) };
  return report;
}

function sampleFindings(): Finding[] {
  return [
    sampleFinding({
      fingerprint: '00000000000000000000000000000001',
      engine: 'vulnerabilities',
      rule: 'vulnerabilities/CVE-2021-23337',
      title: 'lodash 4.17.15: Command injection in lodash (CVE-2021-23337)',
      message: 'Command injection in lodash. CVSS 7.2. lodash is a dependency of the repository itself.',
      path: 'package-lock.json',
      start_line: 40,
      end_line: 40,
      package: { name: 'lodash', version: '4.17.15', ecosystem: 'npm', fixed_in: '4.17.21' },
      fix: 'Upgrade lodash to 4.17.21 or newer (package-lock.json).',
      url: 'https://github.com/advisories/GHSA-35jh-r3h4-6jhm',
    }),
    sampleFinding(),
    sampleFinding({
      fingerprint: '00000000000000000000000000000003',
      engine: 'secrets',
      severity: 'critical',
      state: 'suppressed',
      title: 'Private key in test/fixtures/server.key',
      message: 'A private key stands in this file: whoever can read the repository can use it.',
      fix: 'Replace it by one that is made when the tests begin.',
      rule: 'secrets/private-key',
      path: 'test/fixtures/server.key',
      suppression: { reason: 'Made for the tests alone', owner: '@security', expires: '2026-12-31' },
    }),
    sampleFinding({
      fingerprint: '00000000000000000000000000000004',
      engine: 'workflows',
      rule: 'workflows/script-injection',
      severity: 'high',
      state: 'existing',
      title: 'The title of an issue runs as a command in .github/workflows/triage.yml',
      message:
        'Whoever opens an issue can run commands with the rights of this workflow, its token and secrets included.',
      fix: 'Hand it to the script as an environment variable.',
      url: 'https://docs.github.com/en/actions/reference/security/secure-use',
      path: '.github/workflows/triage.yml',
      start_line: 19,
      end_line: 21,
    }),
    sampleFinding({
      fingerprint: '00000000000000000000000000000005',
      engine: 'complexity',
      rule: 'complexity/high',
      severity: 'medium',
      title: 'plan has a complexity of 44',
      message: 'A function with 44 ways through it is hard to understand and to test.',
      path: 'src/plan.ts',
      start_line: 31,
      end_line: 190,
      value: 44,
      fix: 'Split it: each part with a name of its own.',
    }),
    sampleFinding({
      fingerprint: '00000000000000000000000000000006',
      engine: 'dependencies',
      rule: 'dependencies/no-lockfile',
      severity: 'low',
      state: 'fixed',
      title: 'No lockfile beside tools/package.json',
      message: 'Which versions are installed is decided anew by every installation.',
      fix: 'Check in the lockfile that npm writes.',
      path: 'tools/package.json',
      start_line: null,
      end_line: null,
    }),
    sampleFinding({
      fingerprint: '00000000000000000000000000000007',
      engine: 'licences',
      rule: 'licences/missing',
      severity: 'low',
      title: 'A package that can be published has no license',
      message: 'Nobody but its authors may use, change or pass on what is published.',
      fix: 'Name a license in package.json and add its text as LICENSE, or say "private": true.',
      path: null,
      start_line: null,
      end_line: null,
    }),
  ];
}

function sampleDependencies(): Dependency[] {
  const { licence: _licence, latest: _latest, ...bare } = lodash;
  return [
    lodash,
    {
      ...lodash,
      name: '@scope/tool',
      version: '1.0.0',
      scope: 'development',
      purl: 'pkg:npm/%40scope/tool@1.0.0',
      licence: '(MIT OR Apache-2.0)',
    },
    {
      ...bare,
      name: 'deep',
      version: '2.0.0',
      direct: false,
      requirement: null,
      via: ['@scope/tool'],
      scope: 'development',
      purl: 'pkg:npm/deep@2.0.0',
      licence: 'SEE LICENSE IN LICENSE.md',
    },
    {
      ...bare,
      ecosystem: 'Maven',
      name: 'org.example:core',
      version: null,
      requirement: '[1,2)',
      manifest: 'pom.xml',
      line: null,
      purl: 'pkg:maven/org.example/core',
    },
  ];
}
