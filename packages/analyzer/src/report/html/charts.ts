import type { LanguageFacts } from '../../facts.ts';
import type { Finding } from '../../finding.ts';
import { type Severity, severities } from '../../severity.ts';
import { emptyHtml, type Html, html } from './escape-html.ts';

/** Totals of one analysis of the repository's default branch. */
export interface TrendPoint {
  /** Time of the analysis as in RFC 3339, or only the day. */
  date: string;
  /** Number of lines of code. */
  lines: number;
  critical: number;
  high: number;
  medium: number;
  low: number;
}

/** Draws the open findings by severity; existing ones are faded. */
export function severityChart(findings: readonly Finding[]): Html {
  const count = (severity: Severity, state: Finding['state']): number =>
    findings.filter((finding) => finding.severity === severity && finding.state === state).length;
  const rows = severities.map((severity) => ({
    severity,
    added: count(severity, 'new'),
    existing: count(severity, 'existing'),
  }));
  const most = Math.max(1, ...rows.map(({ added, existing }) => added + existing));
  const [start, room] = [80, 270];
  const bars = rows.map(({ severity, added, existing }, index) => {
    const y = index * 34;
    const [first, second] = [(added / most) * room, (existing / most) * room];
    return html`<text x="0" y="${y + 19}">${severity}</text>
<rect class="${`fill-${severity}`}" x="${start}" y="${y + 4}" width="${rounded(first)}" height="22" rx="2"/>
<rect class="${`fill-${severity} faded`}" x="${rounded(start + first)}" y="${y + 4}" width="${rounded(second)}" height="22" rx="2"/>
<text x="${rounded(start + first + second + 8)}" y="${y + 19}">${added} new, ${existing} existing</text>`;
  });
  const words = rows
    .map(({ severity, added, existing }) => `${severity}: ${added} new, ${existing} existing`)
    .join('; ');
  return html`<svg viewBox="0 0 480 136" role="img" aria-label="${`Open findings. ${words}`}">${bars}</svg>`;
}

/** Draws the shares of the five largest languages and of all others together. */
export function languageChart(languages: readonly LanguageFacts[]): Html {
  const total = languages.reduce((sum, { code }) => sum + code, 0);
  if (total === 0) return emptyHtml;
  const shown = languages.slice(0, 5).map(({ name, code }) => ({ name, code }));
  const rest = total - shown.reduce((sum, { code }) => sum + code, 0);
  if (rest > 0) shown.push({ name: 'Others', code: rest });
  let x = 0;
  const bars = shown.map(({ code }, index) => {
    const width = (code / total) * 600;
    const bar = html`<rect class="${`bar-${index + 1}`}" x="${rounded(x)}" y="0" width="${rounded(Math.max(0, width - 1))}" height="16"/>`;
    x += width;
    return bar;
  });
  const legend = shown.map(
    ({ name, code }, index) =>
      html`<li><svg viewBox="0 0 12 12" aria-hidden="true"><rect class="${`bar-${index + 1}`}" width="12" height="12" rx="2"/></svg>${name} <span class="soft">${((100 * code) / total).toFixed(1)}%</span></li>`,
  );
  return html`<svg viewBox="0 0 600 16" preserveAspectRatio="none" aria-hidden="true">${bars}</svg><ul class="legend">${legend}</ul>`;
}

/** Draws lines of code and findings by severity over time. */
export function trendCharts(points: readonly TrendPoint[]): Html {
  const lines = lineChart(points, ['lines'], 'Lines of code');
  const findings = lineChart(points, severities, 'Findings');
  return html`<div class="side"><div><h3>Lines of code</h3>${lines}</div><div><h3>Findings by severity</h3>${findings}</div></div>`;
}

function lineChart(points: readonly TrendPoint[], series: readonly (Severity | 'lines')[], label: string): Html {
  const highest = Math.max(1, ...points.flatMap((point) => series.map((name) => point[name])));
  const [left, right, top, bottom] = [4, 476, 24, 118];
  const step = points.length < 2 ? 0 : (right - left) / (points.length - 1);
  const drawn = series.map((name) => {
    const places = points.map((point, index) => {
      const y = bottom - (point[name] / highest) * (bottom - top);
      return `${rounded(left + index * step)},${rounded(y)}`;
    });
    return html`<polyline class="${`line line-${name}`}" points="${places.join(' ')}"/>`;
  });
  const [first, last] = [points[0], points.at(-1)];
  const words = series.map((name) => `${name} from ${first?.[name] ?? 0} to ${last?.[name] ?? 0}`).join(', ');
  return html`<svg viewBox="0 0 480 140" role="img" aria-label="${`${label}: ${words}`}">
<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>
${drawn}
<text x="${left}" y="14">${highest}</text>
<text x="${left}" y="136">${first?.date.slice(0, 10) ?? ''}</text>
<text x="${right}" y="136" text-anchor="end">${last?.date.slice(0, 10) ?? ''}</text></svg>${series.length === 1 ? emptyHtml : lineLegend(series)}`;
}

const lineLegend = (series: readonly string[]): Html =>
  html`<ul class="legend">${series.map((name) => html`<li><svg viewBox="0 0 12 12" aria-hidden="true"><line class="${`line line-${name}`}" x1="1" x2="11" y1="6" y2="6"/></svg>${name}</li>`)}</ul>`;

/** Formats a coordinate as text, because the template would format a number with commas. */
const rounded = (value: number): string => String(Math.round(value * 10) / 10);
