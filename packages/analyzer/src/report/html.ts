import { createHash } from 'node:crypto';
import type { AnalysisReport } from '../result.ts';
import { severityChart, type TrendPoint, trendCharts } from './html/charts.ts';
import { emptyHtml, Html, html } from './html/escape-html.ts';
import { findingsSection } from './html/findings.ts';
import {
  codeSection,
  dependenciesSection,
  enginesSection,
  gateSection,
  languagesSection,
  technologiesSection,
} from './html/sections.ts';
import { pageStyle } from './html/style.ts';
import { incompleteEngines, severityWords, subjectOf, verdictOf, withState } from './verdict.ts';

export type { TrendPoint } from './html/charts.ts';

export interface HtmlOptions {
  /**
   * Totals of the repository's analyses for the chart over time, oldest first. The last 365 points are drawn, if there are at least two.
   */
  trend?: readonly TrendPoint[];
}

const maxPoints = 365;
const styleHash = createHash('sha256').update(pageStyle).digest('base64');
/** Content security policy of the page: it forbids loading, sending and executing anything, as a second defense if escaping fails. */
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'none'`;

/**
 * Renders the report as a self-contained page of less than 2 MB. If there are very many findings or dependencies, it
 * shows the first ones and says so.
 */
export function toHtml(report: AnalysisReport, { trend = [] }: HtmlOptions = {}): string {
  const title = `${verdictOf(report)} · ${report.repository.name}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(pageStyle)}</style>
</head>
<body>
<header>${verdictBox(report)}${tiles(report)}</header>
<main>
${gateSection(report.result.gate.conditions)}
<div class="side"><section><h2>Open findings</h2>${severityChart(report.findings)}</section>${languagesSection(report)}</div>
${trend.length < 2 ? emptyHtml : html`<section><h2>Over time</h2>${trendCharts(trend.slice(-maxPoints))}</section>`}
${findingsSection(report.findings)}
<div class="side">${codeSection(report)}${technologiesSection(report)}</div>
${dependenciesSection(report)}
${enginesSection(report.result.engines)}
</main>
<footer>${report.tool.name} ${report.tool.version}, ${report.created_at.slice(0, 16).replace('T', ' ')} UTC</footer>
</body>
</html>
`;
  return page.text;
}

function verdictBox(report: AnalysisReport): Html {
  const { gate, complete, engines } = report.result;
  const kind = !gate.passed ? 'verdict failed' : complete ? 'verdict' : 'verdict incomplete';
  const missing = incompleteEngines(engines).map(
    ({ name, reason }) => html`<p class="small"><b>${name}</b> is not complete: ${reason}</p>`,
  );
  return html`<div class="${kind}"><h1>${verdictOf(report)}</h1><p class="soft">${subjectOf(report)}</p>${missing}</div>`;
}

function tiles({ findings, facts }: AnalysisReport): Html {
  const code = facts.languages.reduce((sum, language) => sum + language.code, 0);
  const added = withState(findings, 'new');
  const shown: [number, string][] = [
    [added.length, added.length === 0 ? 'new findings' : `new: ${severityWords(added)}`],
    [withState(findings, 'existing').length, 'existing'],
    [withState(findings, 'fixed').length, 'fixed'],
    [withState(findings, 'suppressed').length, 'suppressed'],
    [code, 'lines of code'],
    [facts.dependencies.length, 'dependencies'],
  ];
  return html`<ul class="tiles">${shown.map(([count, words]) => html`<li class="tile"><b>${count}</b><span class="soft small">${words}</span></li>`)}</ul>`;
}
