import type { Finding } from '../finding.ts';
import { escapeMarkdown, markdownCode } from './escape-markdown.ts';
import { formatLocation } from './safe-text.ts';
import { countWords, incompleteEngines, type SummaryInput, severityWords, verdictOf, withState } from './verdict.ts';

const top = 3;

/** Renders the verdict, the worst new findings and incomplete engines as a few lines of Markdown. */
export function summaryMarkdown(report: SummaryInput): string {
  const added = withState(report.findings, 'new');
  const others = (['existing', 'fixed', 'suppressed'] as const).map(
    (state) => `${withState(report.findings, state).length.toLocaleString('en')} ${state}`,
  );
  const compared = report.repository.base === null ? 'Findings (no base, so all are new)' : 'New findings';
  const lines = [
    `**${escapeMarkdown(verdictOf(report))}**`,
    '',
    `${compared}: ${severityWords(added)}. ${others.join(', ')}.`,
  ];
  if (added.length > 0) {
    lines.push('', ...added.slice(0, top).map(worstLine));
    if (added.length > top) lines.push(`- … and ${countWords(added.length - top, 'more new finding')}.`);
  }
  const incomplete = incompleteEngines(report.result.engines);
  if (incomplete.length > 0) {
    const named = incomplete.map(({ name, reason }) => `- ${markdownCode(name, 60)}: ${escapeMarkdown(reason, 300)}`);
    lines.push('', 'Not complete:', ...named);
  }
  return lines.join('\n');
}

function worstLine(finding: Finding): string {
  const place = formatLocation(finding);
  const where = place === null ? '' : ` at ${markdownCode(place)}`;
  const fix = finding.fix === undefined ? '' : ` ${escapeMarkdown(finding.fix, 300)}`;
  return `- **${finding.severity}**: ${escapeMarkdown(finding.title, 200)}${where}.${fix}`;
}
