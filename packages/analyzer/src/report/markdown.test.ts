import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { escapeMarkdown, markdownCode } from './escape-markdown.ts';
import { toMarkdown } from './markdown.ts';
import { summaryMarkdown } from './summary.ts';
import { hostileText, sampleFinding, sampleReport } from './testing/sample-report.ts';

/** Texts to which GitHub gives a meaning outside of code: mentions, issues, addresses, HTML, links, workflow commands. */
const live: [what: string, pattern: RegExp][] = [
  ['a mention', /@\w/],
  ['an issue', /\w#\d|GH-\d/],
  ['an address', /https?:\/\/evil|www\.evil/],
  ['HTML', /<[a-z/!]/i],
  ['a link', /(?<!\\)\]\(javascript/],
  ['bold', /(?<!\\)\*\*bold/],
  ['a formula', /(?<!\\)\$x/],
  ['a workflow command', /^\s*::|##\[/m],
  ['a terminal escape', /[\p{Cc}--[\n]]/v],
  ['a mark of direction', /\u202e/],
];
const withoutCode = (markdown: string): string => markdown.replace(/(`+)(?!`).*?[^`]\1(?!`)/g, '');

const hostile = sampleFinding({
  rule: `secrets/${hostileText}`,
  title: hostileText,
  message: hostileText,
  path: `src/${hostileText}`,
  fix: hostileText,
  url: 'https://advisories.example/")[x](javascript:alert(1))',
});
const hostileReport = sampleReport({
  findings: [
    hostile,
    { ...hostile, state: 'suppressed', suppression: { reason: hostileText, owner: hostileText, expires: hostileText } },
  ],
  repository: { name: hostileText, commit: null, base: 'a'.repeat(40) },
});
hostileReport.result.gate.conditions = [{ name: hostileText, passed: false, value: 1, threshold: 0, fix: hostileText }];
hostileReport.result.engines = hostileReport.result.engines.map((engine) => ({
  ...engine,
  complete: false,
  reason: hostileText,
  notes: [hostileText],
}));
hostileReport.facts.languages = [{ name: hostileText, files: 1, code: 1, comment: 1, blank: 1 }];
hostileReport.facts.technologies = [{ id: 'x', name: hostileText, category: hostileText, paths: [hostileText] }];
hostileReport.facts.licences = [{ expression: hostileText, packages: 1 }];

describe('escaped Markdown', () => {
  it('shows the text and has no other effect', () => {
    assert.equal(escapeMarkdown('a*b_c`d[e]f|g'), 'a\\*b\\_c\\`d\\[e\\]f\\|g');
    assert.equal(escapeMarkdown('<b>&amp;</b>'), '&lt;b&gt;&amp;amp;&lt;/b&gt;');
    assert.equal(escapeMarkdown('# x'), '\u200b# x');
    assert.equal(escapeMarkdown('1. x'), '1\u200b. x');
    assert.equal(escapeMarkdown('- x'), '\u200b- x');
    assert.equal(escapeMarkdown('@octocat a/b#1 GH-2'), '@\u200boctocat a/b#\u200b1 GH\u200b-2');
    assert.equal(escapeMarkdown('https://x www.y'), 'https:\u200b//x www\u200b.y');
    assert.equal(escapeMarkdown('std::vector 0123456789ab'), 'std:\u200b:vector 012345\u200b6789ab');
    for (const [what, pattern] of live) assert.doesNotMatch(escapeMarkdown(hostileText), pattern, what);
  });

  it('cannot end its code span with its own backticks', () => {
    assert.equal(markdownCode('a.ts'), '`a.ts`');
    assert.equal(markdownCode('a`b'), '``a`b``');
    assert.equal(markdownCode('`a``'), '``` `a`` ```');
    assert.equal(markdownCode('a|b\nc'), '`a∣b c`');
    assert.equal(markdownCode(''), '` `');
  });
});

describe('the summary', () => {
  it('has the verdict, the number of new findings, the worst three with fixes, and incomplete engines', () => {
    assert.equal(
      summaryMarkdown(sampleReport()),
      `**Gate failed: 2 new critical findings, complexity of a new function 44 (30 allowed); the analysis is not complete**

New findings: 2 critical, 1 medium, 1 low. 1 existing, 1 fixed, 1 suppressed.

- **critical**: lodash 4.17.15: Command injection in lodash (CVE-2021-23337) at \`package-lock.json:40\`. Upgrade lodash to 4.17.21 or newer (package-lock.json).
- **critical**: AWS access key in src/upload.ts at \`src/upload.ts:12\`. Revoke it at AWS first. Then read the new one from the environment.
- **medium**: plan has a complexity of 44 at \`src/plan.ts:31\`. Split it: each part with a name of its own.
- … and 1 more new finding.

Not complete:
- \`secrets\`: data/big.json is larger than the 2 MiB that are looked at: keep it elsewhere, or exclude it.`,
    );
  });

  it('is short without new findings, and mentions a missing base', () => {
    const report = sampleReport({ findings: [], repository: { name: 'a', commit: null, base: null } });
    report.result = { ...report.result, gate: { passed: true, conditions: [] }, engines: [], complete: true };
    assert.equal(
      summaryMarkdown(report),
      '**Gate passed**\n\nFindings (no base, so all are new): none. 0 existing, 0 fixed, 0 suppressed.',
    );
    report.result = { ...report.result, complete: false };
    assert.match(summaryMarkdown(report), /^\*\*Gate passed, but the analysis is not complete\*\*/);
  });

  it('escapes text of a hostile repository', () => {
    const text = withoutCode(summaryMarkdown(hostileReport));
    for (const [what, pattern] of live) assert.doesNotMatch(text, pattern, what);
  });
});

describe('the Markdown report', () => {
  it('contains every part of the report', () => {
    const text = toMarkdown(sampleReport());
    for (const part of [
      /^# Gate failed: 2 new critical findings/,
      /^my-org\/my-repo at f3b0d6/m,
      /^## Not complete\n\n- `secrets`: data\/big\.json/m,
      /^\| New critical findings \| 2 \| 0 \| \*\*failed\*\* \| Fix or suppress with a reason: package-lock\.json:40/m,
      /^## New: 2 critical, 1 medium, 1 low$/m,
      /\[Read more\]\(https:\/\/github\.com\/advisories\/GHSA-35jh-r3h4-6jhm\)/,
      /^## Fixed: 1 low$/m,
      /Until 2026-12-31, @\u200bsecurity: Made for the tests alone/,
      /^\| TypeScript \| 120 \| 19200 \| 1800 \| 2100 \|$/m,
      /^\| secrets \| 210 \| 4 \| 0\.9 \| \*\*no\*\* \|$/m,
      /^- `vulnerabilities`: Advisories of osv\.dev, 3 hours old\.$/m,
      /^## Existing: 1 high$/m,
    ]) {
      assert.match(text, part);
    }
  });

  it('escapes text of a hostile repository', () => {
    const text = withoutCode(toMarkdown(hostileReport));
    assert.match(text, /\[Read more\]\(https:\/\/advisories\.example\/%22%29%5Bx%5D%28javascript:alert%281%29%29\)/);
    for (const [what, pattern] of live) assert.doesNotMatch(text, pattern, what);
  });

  it('stays below 60,000 bytes and says what was cut', () => {
    const findings = Array.from({ length: 2000 }, (_, n) =>
      sampleFinding({ path: `src/file-${n}.ts`, state: n % 4 === 0 ? 'existing' : 'new' }),
    );
    const text = toMarkdown(sampleReport({ findings }));
    assert.ok(Buffer.byteLength(text) <= 60_000, String(Buffer.byteLength(text)));
    const [, cut, all] = /Cut to stay under 60,000 bytes: ([\d,]+) of ([\d,]+) new findings/.exec(text) ?? [];
    const shown = text.match(/\(`secrets\/aws-access-key`\)/g)?.length ?? 0;
    assert.equal(all, '1,500');
    assert.equal(shown, 1500 - Number(cut?.replace(',', '')));
    assert.match(text, /of 500 existing findings/);
    // Sections after many findings are not cut.
    assert.match(text, /^## Engines$/m);
    const title = '字'.repeat(150);
    const wide = toMarkdown(sampleReport({ findings: findings.map((one) => ({ ...one, title })) }), {
      maxBytes: 20_000,
    });
    assert.ok(Buffer.byteLength(wide) <= 20_000, String(Buffer.byteLength(wide)));
  });

  it('has only the change in the brief form, and says where the rest is', () => {
    const findings = Array.from({ length: 200 }, () => sampleFinding({ state: 'new' }));
    const text = toMarkdown(sampleReport({ findings: [...findings, sampleFinding({ state: 'existing' })] }), {
      brief: true,
      maxBytes: 5000,
      rest: 'The page has all.',
    });
    assert.match(text, /^## New: /m);
    assert.doesNotMatch(text, /^## (Engines|Languages|Existing)/m);
    assert.match(text, /Cut to stay under 5,000 bytes: .* of 200 new findings\. The page has all\.$/m);
  });
});
