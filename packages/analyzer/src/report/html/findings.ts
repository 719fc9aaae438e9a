import type { Finding } from '../../finding.ts';
import { findingStates, type Severity, severities } from '../../severity.ts';
import { formatLocation, webLink } from '../safe-text.ts';
import { countWords } from '../verdict.ts';
import { emptyHtml, type Html, html } from './escape-html.ts';

/** Maximum size of all findings in characters; the rest of the page is small. */
const maxText = 1_400_000;

/** Renders findings by severity, highest first, until the page is full, and says how many were cut. */
export function findingsSection(findings: readonly Finding[]): Html {
  if (findings.length === 0) return html`<section id="findings"><h2>Findings</h2><p>None.</p></section>`;
  let room = maxText;
  const groups = severities.map((severity) => {
    const all = findings.filter((finding) => finding.severity === severity);
    const shown: Html[] = [];
    for (const finding of all) {
      const article = findingArticle(finding);
      if (article.text.length > room) break;
      room -= article.text.length;
      shown.push(article);
    }
    return group(severity, all, shown);
  });
  const states = findingStates.filter((state) => findings.some((finding) => finding.state === state));
  return html`<section id="findings"><h2>Findings</h2>${states.length > 1 ? stateFilter(states) : emptyHtml}${groups}</section>`;
}

function group(severity: Severity, all: readonly Finding[], shown: readonly Html[]): Html {
  if (all.length === 0) return emptyHtml;
  const counts = findingStates.flatMap((state) => {
    const count = all.filter((finding) => finding.state === state).length;
    return count === 0 ? [] : [`${count.toLocaleString('en')} ${state}`];
  });
  const cut = all.length - shown.length;
  const note =
    cut === 0
      ? emptyHtml
      : html`<p class="soft">${countWords(cut, 'more finding')} of this severity left out to keep the page small. The JSON report has all.</p>`;
  const open = severity === 'critical' || severity === 'high' ? html` open` : emptyHtml;
  return html`<details${open}><summary><span class="${severity}">${severity.charAt(0).toUpperCase() + severity.slice(1)}</span> <span class="soft">${counts.join(', ')}</span></summary>${shown}${note}</details>`;
}

function stateFilter(states: readonly Finding['state'][]): Html {
  const choice = (state: string, checked: Html): Html =>
    html`<input type="radio" name="show" id="${`show-${state}`}"${checked}><label for="${`show-${state}`}">${state}</label>`;
  return html`<fieldset><legend>Show</legend>${choice('all', html` checked`)}${states.map((state) => choice(state, emptyHtml))}</fieldset>`;
}

function findingArticle(finding: Finding): Html {
  const { state, severity, title, message, fix, rule, suppression } = finding;
  const place = formatLocation(finding);
  const link = webLink(finding.url);
  const more = link === null ? emptyHtml : html` <a href="${link}" rel="noopener noreferrer nofollow">Read more</a>`;
  const why =
    suppression === undefined
      ? emptyHtml
      : html`<p class="small">Suppressed until ${suppression.expires}${suppression.owner === undefined ? emptyHtml : html` by ${suppression.owner}`}: ${suppression.reason}</p>`;
  return html`<article class="${`finding is-${state}`}"><span class="${`badge ${severity}`}">${severity}</span><span class="${`badge ${state}`}">${state}</span><h3>${title}</h3>
<p class="small soft">${place === null ? emptyHtml : html`<code>${place}</code> · `}<code>${rule}</code></p>
<p class="small">${message}</p>${fix === undefined ? emptyHtml : html`<p class="small"><b>Fix:</b> ${fix}${more}</p>`}${fix === undefined ? more : emptyHtml}${why}</article>
`;
}
