import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { toHtml } from './html.ts';
import { hostileText, sampleFinding, sampleReport } from './testing/sample-report.ts';

const trend = ['2026-01-01', '2026-01-02', '2026-01-03'].map((date, n) => ({
  date,
  lines: 100 + n,
  critical: 0,
  high: 1,
  medium: n,
  low: 4,
}));

describe('the HTML report', () => {
  it('contains every part of the report', () => {
    const page = toHtml(sampleReport(), { trend });
    for (const part of [
      '<h1>Gate failed: 2 new critical findings, complexity of a new function 44 (30 allowed); the analysis is not complete</h1>',
      '<h2>Gate</h2>',
      'aria-label="Open findings. critical: 2 new, 0 existing; high: 0 new, 1 existing; medium: 1 new, 0 existing; low: 1 new, 0 existing"',
      'aria-label="Lines of code: lines from 100 to 102"',
      'TypeScript <span class="soft">89.8%</span>',
      '<span class="badge suppressed">suppressed</span><h3>Private key in test/fixtures/server.key</h3>',
      'Suppressed until 2026-12-31 by @security: Made for the tests alone',
      '<a href="https://github.com/advisories/GHSA-35jh-r3h4-6jhm" rel="noopener noreferrer nofollow">Read more</a>',
      '<summary>4 dependencies</summary>',
      '<span class="badge failed-text">not complete</span>',
      '<p>3 files skipped (binary): logo.png, icon.ico, font.woff2</p>',
    ]) {
      assert.ok(page.includes(part), part);
    }
  });

  it('draws no trend for fewer than two analyses', () => {
    assert.doesNotMatch(toHtml(sampleReport()), /Over time/);
    assert.doesNotMatch(toHtml(sampleReport(), { trend: trend.slice(0, 1) }), /Over time/);
  });

  it('loads and executes nothing, and allows only its own style sheet', () => {
    const page = toHtml(sampleReport(), { trend });
    assert.doesNotMatch(page, /<script|<link|<iframe|<img|<form|\son\w+=|\sstyle=|@import|url\(/i);
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    assert.ok(
      page.includes(
        `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'">`,
      ),
    );
  });

  it('shows hostile text literally in every place', () => {
    const finding = sampleFinding({
      rule: hostileText,
      engine: hostileText,
      title: hostileText,
      message: hostileText,
      path: hostileText,
      fix: `"><script>alert(1)</script>'`,
      url: 'javascript:alert(1)',
      state: 'suppressed',
      suppression: { reason: hostileText, owner: hostileText, expires: hostileText },
    });
    const report = sampleReport({
      findings: [finding],
      repository: { name: hostileText, commit: hostileText, base: hostileText },
      tool: { name: hostileText, version: hostileText },
      created_at: hostileText,
    });
    report.result.gate.conditions = [{ name: hostileText, passed: false, value: 1, threshold: 0, fix: hostileText }];
    report.result.engines = report.result.engines.map((engine) => ({
      ...engine,
      name: hostileText,
      version: hostileText,
      complete: false,
      reason: hostileText,
      notes: [hostileText],
      skipped: [{ reason: hostileText, files: 1, examples: [hostileText] }],
    }));
    report.facts = {
      languages: [{ name: hostileText, files: 1, code: 1, comment: 1, blank: 1 }],
      technologies: [{ id: hostileText, name: hostileText, category: hostileText, paths: [hostileText] }],
      dependencies: report.facts.dependencies.map((dependency) => ({
        ...dependency,
        name: hostileText,
        version: hostileText,
        latest: hostileText,
        licence: hostileText,
        manifest: hostileText,
        ecosystem: hostileText,
        via: [hostileText],
      })),
      licences: [{ expression: hostileText, packages: 1 }],
      hotspots: [{ path: hostileText, commits: 1, complexity: 1, authors: 1, main_author_percent: 1 }],
    };
    const page = toHtml(report, { trend: trend.map((point) => ({ ...point, date: hostileText })) });
    assert.doesNotMatch(page, /<img|<script|[[\p{Cc}\p{Cf}]--[\n]]|href="javascript/iv);
    assert.ok(page.includes('&#60;img src=x onerror=alert(1)&#62;'));
    assert.ok(page.includes('&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;&#39;'));
    const balance = (tag: string) =>
      (page.match(new RegExp(`<${tag}[ >]`, 'g'))?.length ?? 0) -
      (page.match(new RegExp(`</${tag}>`, 'g'))?.length ?? 0);
    for (const tag of ['details', 'section', 'article', 'table', 'p', 'div', 'svg', 'main', 'span'])
      assert.equal(balance(tag), 0, tag);
  });

  it('stays below 2 MB with 10,000 findings and 20,000 dependencies, and says what is missing', () => {
    const findings = Array.from({ length: 10_000 }, (_, n) =>
      sampleFinding({
        severity: (['critical', 'high', 'medium', 'low'] as const)[Math.floor(n / 2500)] ?? 'low',
        message: 'A sentence of some length, '.repeat(20),
      }),
    );
    const report = sampleReport({ findings });
    const [dependency] = report.facts.dependencies;
    assert.ok(dependency);
    report.facts.dependencies = Array.from({ length: 20_000 }, () => dependency);
    const page = toHtml(report);
    assert.ok(Buffer.byteLength(page) < 2_000_000, String(Buffer.byteLength(page)));
    const shown = page.match(/<article/g)?.length ?? 0;
    const left = [...page.matchAll(/([\d,]+) more findings? of this severity left out/g)].reduce(
      (sum, [, count = '']) => sum + Number(count.replaceAll(',', '')),
      0,
    );
    assert.ok(shown > 1000);
    assert.equal(shown + left, 10_000);
    assert.match(page, /19,500 more dependencies left out/);
  });

  it('shows an empty analysis', () => {
    const report = sampleReport({ findings: [], facts: { languages: [], technologies: [], dependencies: [] } });
    report.result = { ...report.result, gate: { passed: true, conditions: [] }, complete: true, engines: [] };
    const page = toHtml(report);
    assert.match(page, /<div class="verdict"><h1>Gate passed<\/h1>/);
    assert.match(page, /<h2>Findings<\/h2><p>None\.<\/p>/);
  });
});
