import type { Dependency } from '../../facts.ts';
import type { AnalysisReport, EngineReport, GateCondition } from '../../result.ts';
import { conditionLabel, countWords } from '../verdict.ts';
import { languageChart } from './charts.ts';
import { emptyHtml, type Html, html } from './escape-html.ts';

const maxDependencies = 500;
const maxRows = 100;

export function gateSection(conditions: readonly GateCondition[]): Html {
  if (conditions.length === 0) return emptyHtml;
  const rows = conditions.map(
    ({ name, passed, value, threshold, fix }) => html`<tr><th scope="row">${conditionLabel(name)}</th>
<td><span class="${passed ? 'badge passed' : 'badge failed-text'}">${passed ? 'passed' : 'failed'}</span></td><td class="number">${value}</td><td class="number">${threshold}</td><td class="fix">${fix}</td></tr>`,
  );
  return html`<section><h2>Gate</h2><div class="scroll"><table><thead><tr><th scope="col">Condition</th><th scope="col">Result</th><th scope="col" class="number">Value</th><th scope="col" class="number">Allowed</th><th scope="col">To do</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

export function languagesSection({ facts: { languages } }: AnalysisReport): Html {
  if (languages.length === 0) return emptyHtml;
  const rows = languages
    .slice(0, maxRows)
    .map(
      ({ name, files, code, comment, blank }) =>
        html`<tr><th scope="row">${name}</th><td class="number">${files}</td><td class="number">${code}</td><td class="number">${comment}</td><td class="number">${blank}</td></tr>`,
    );
  return html`<section><h2>Languages</h2>${languageChart(languages)}<details><summary>Lines by language</summary><div class="scroll"><table><thead><tr><th scope="col">Language</th><th scope="col" class="number">Files</th><th scope="col" class="number">Code</th><th scope="col" class="number">Comment</th><th scope="col" class="number">Blank</th></tr></thead><tbody>${rows}</tbody></table></div></details></section>`;
}

export function technologiesSection({ facts: { technologies } }: AnalysisReport): Html {
  if (technologies.length === 0) return emptyHtml;
  const rows = technologies
    .slice(0, maxRows)
    .map(
      ({ name, category, paths }) =>
        html`<tr><th scope="row">${name}</th><td>${category}</td><td><code>${paths.slice(0, 3).join(', ')}</code></td></tr>`,
    );
  return html`<section><h2>Technologies</h2><div class="scroll"><table><thead><tr><th scope="col">Name</th><th scope="col">Kind</th><th scope="col">Seen in</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

export function codeSection({
  facts: { complexity, duplication, hotspots = [], licences = [] },
}: AnalysisReport): Html {
  const lines: Html[] = [];
  if (complexity !== undefined) {
    lines.push(
      html`<li>${countWords(complexity.functions, 'function')}, the most complex of ${complexity.highest}; ${complexity.over_threshold} above the threshold</li>`,
    );
  }
  if (duplication !== undefined) {
    lines.push(
      html`<li>${duplication.percent}% of the lines stand elsewhere too (${countWords(duplication.clones, 'pair')} of places)</li>`,
    );
  }
  if (licences.length > 0) {
    const named = licences.slice(0, 12).map(({ expression, packages }) => `${expression} (${packages})`);
    lines.push(html`<li>Licenses of dependencies: ${named.join(', ')}</li>`);
  }
  for (const { path, commits, complexity: sum } of hotspots.slice(0, 5)) {
    lines.push(
      html`<li>Hotspot: <code>${path}</code>, ${countWords(commits, 'commit')} in a year, complexity ${sum}</li>`,
    );
  }
  return lines.length === 0 ? emptyHtml : html`<section><h2>Code</h2><ul>${lines}</ul></section>`;
}

export function dependenciesSection({ facts: { dependencies } }: AnalysisReport): Html {
  if (dependencies.length === 0) return emptyHtml;
  const shown = [...dependencies.filter(({ direct }) => direct), ...dependencies.filter(({ direct }) => !direct)].slice(
    0,
    maxDependencies,
  );
  const cut = dependencies.length - shown.length;
  const note =
    cut === 0
      ? emptyHtml
      : html`<p class="soft">${countWords(cut, 'more dependency', 'more dependencies')} left out to keep the page small. The JSON report has all.</p>`;
  return html`<section><h2>Dependencies</h2><details><summary>${countWords(dependencies.length, 'dependency', 'dependencies')}</summary><div class="scroll"><table><thead><tr><th scope="col">Name</th><th scope="col">Version</th><th scope="col">Newest</th><th scope="col">For</th><th scope="col">Comes in</th><th scope="col">License</th><th scope="col">Ecosystem</th></tr></thead><tbody>${shown.map(dependencyRow)}</tbody></table></div>${note}</details></section>`;
}

function dependencyRow({
  name,
  version,
  requirement,
  latest,
  scope,
  direct,
  via,
  licence,
  ecosystem,
  manifest,
}: Dependency): Html {
  const way = direct ? `by ${manifest}` : via.length === 0 ? 'by others' : `by ${via.join(' › ')}`;
  return html`<tr><th scope="row">${name}</th><td>${version ?? requirement ?? 'not known'}</td><td>${latest ?? ''}</td><td>${scope}</td><td>${way}</td><td>${licence ?? ''}</td><td>${ecosystem}</td></tr>`;
}

export function enginesSection(engines: readonly EngineReport[]): Html {
  const rows = engines.map(
    ({
      name,
      version,
      files_seen,
      files_skipped,
      skipped,
      seconds,
      complete,
      reason,
      notes,
    }) => html`<tr><th scope="row">${name} <span class="soft small">${version}</span></th>
<td><span class="${complete ? 'badge passed' : 'badge failed-text'}">${complete ? 'complete' : 'not complete'}</span></td><td class="number">${files_seen}</td><td class="number">${files_skipped}</td><td class="number">${seconds.toFixed(2)}</td>
<td>${[
      reason ?? '',
      ...notes,
      ...skipped.map(
        (group) => `${countWords(group.files, 'file')} skipped (${group.reason}): ${group.examples.join(', ')}`,
      ),
    ]
      .filter((text) => text !== '')
      .slice(0, 25)
      .map((text) => html`<p>${text}</p>`)}</td></tr>`,
  );
  return html`<section><h2>Engines</h2><div class="scroll"><table><thead><tr><th scope="col">Engine</th><th scope="col">Coverage</th><th scope="col" class="number">Files</th><th scope="col" class="number">Skipped</th><th scope="col" class="number">Seconds</th><th scope="col">Notes</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}
