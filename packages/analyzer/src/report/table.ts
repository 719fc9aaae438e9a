import type { Finding } from '../finding.ts';
import type { AnalysisReport, GateCondition } from '../result.ts';
import { formatLocation, oneLine } from './safe-text.ts';
import { type Style, styles } from './table/style.ts';
import { wrap } from './table/wrap.ts';
import {
  conditionLabel,
  countWords,
  incompleteEngines,
  severityWords,
  subjectOf,
  verdictOf,
  withState,
} from './verdict.ts';

export interface TableOptions {
  /** Uses terminal colors in the table. */
  color: boolean;
  /** Width of the table in columns; at least 40 are used. */
  width: number;
}

const maxFindings = 50;
const narrowest = 40;

/**
 * Renders the report for a terminal: verdict, gate, new findings, incomplete engines. Text of the scanned repository
 * cannot move the cursor, change colors, or be interpreted as a workflow command.
 */
export function toTable(report: AnalysisReport, { color, width }: TableOptions): string {
  const paint = styles(color);
  const columns = Math.max(narrowest, width);
  const { gate, engines, complete } = report.result;
  const verdict = paint(!gate.passed ? 'failed' : complete ? 'passed' : 'warned', verdictOf(report));
  const parts = [
    [verdict, ...wrap(subjectOf(report), columns, '').map((line) => paint('dim', line))],
    gate.conditions.flatMap((condition) => conditionLines(condition, columns, paint)),
    findingLines(report.findings, columns, paint),
    incompleteEngines(engines).flatMap(({ name, reason }) =>
      wrap(`Not complete: ${oneLine(name, 60)}: ${reason}`, columns, '  ').map((line) => paint('warned', line)),
    ),
    // Problems of the policy and expired suppressions, which its authors must see.
    engines
      .filter(({ name }) => name === 'policy')
      .flatMap(({ notes }) => notes)
      .flatMap((note) => wrap(`Policy: ${oneLine(note, 500)}`, columns, '  ').map((line) => paint('warned', line))),
    factLines(report, columns),
  ];
  const text = parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
  return `${withoutCommands(text)}\n`;
}

/** Breaks workflow commands: GitHub's runner interprets `::…` at the beginning of a line and `##[…]` anywhere. */
const withoutCommands = (text: string): string => text.replace(/^(\s*):(?=:)/gm, '$1: ').replaceAll('##[', '# #[');

function conditionLines(
  { name, passed, value, threshold, fix }: GateCondition,
  columns: number,
  paint: Style,
): string[] {
  const mark = passed ? paint('passed', 'ok  ') : paint('failed', 'FAIL');
  const line = `  ${mark}  ${conditionLabel(name)}: ${value} (${threshold} allowed)`;
  return fix === '' ? [line] : [line, ...wrap(oneLine(fix, 1000), columns, ' '.repeat(8))];
}

function findingLines(findings: readonly Finding[], columns: number, paint: Style): string[] {
  const added = withState(findings, 'new');
  const others = (['existing', 'fixed', 'suppressed'] as const).map(
    (state) => `${withState(findings, state).length.toLocaleString('en')} ${state}`,
  );
  const lines = [`New findings: ${severityWords(added)} (besides ${others.join(', ')})`];
  for (const finding of added.slice(0, maxFindings)) {
    const indent = ' '.repeat(12);
    const place = formatLocation(finding) ?? '(the repository)';
    lines.push(
      '',
      `  ${paint(finding.severity, finding.severity.toUpperCase().padEnd(8))}  ${paint('strong', place)}  ${paint('dim', oneLine(finding.rule, 120))}`,
      ...wrap(oneLine(finding.title, 200), columns, indent),
    );
    if (finding.fix !== undefined) lines.push(...wrap(`Fix: ${oneLine(finding.fix, 500)}`, columns, indent));
  }
  const left = added.length - maxFindings;
  if (left > 0) lines.push('', `  … and ${countWords(left, 'more new finding')}: --format json has them all.`);
  return lines;
}

function factLines({ facts }: AnalysisReport, columns: number): string[] {
  const lines: string[] = [];
  const { languages, dependencies, technologies } = facts;
  if (languages.length > 0) {
    const code = languages.reduce((sum, language) => sum + language.code, 0);
    const files = languages.reduce((sum, language) => sum + language.files, 0);
    const named = languages
      .slice(0, 6)
      .map((language) => `${oneLine(language.name, 40)} ${Math.round((100 * language.code) / Math.max(1, code))}%`);
    const more = languages.length > 6 ? `, ${languages.length - 6} more` : '';
    lines.push(
      ...wrap(
        `${countWords(code, 'line')} of code in ${countWords(files, 'file')}: ${named.join(', ')}${more}`,
        columns,
        '',
      ),
    );
  }
  if (dependencies.length > 0) {
    const direct = dependencies.filter((dependency) => dependency.direct).length;
    lines.push(
      `${countWords(dependencies.length, 'dependency', 'dependencies')}, ${direct.toLocaleString('en')} direct`,
    );
  }
  if (technologies.length > 0) {
    const named = technologies.slice(0, 12).map(({ name }) => oneLine(name, 40));
    const more = technologies.length > 12 ? `, ${technologies.length - 12} more` : '';
    lines.push(...wrap(`Technologies: ${named.join(', ')}${more}`, columns, ''));
  }
  return lines;
}
