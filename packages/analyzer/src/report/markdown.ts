import type { Finding } from '../finding.ts';
import type { AnalysisReport, EngineReport } from '../result.ts';
import { escapeMarkdown, markdownCode } from './escape-markdown.ts';
import { formatLocation, webLink } from './safe-text.ts';
import {
  conditionLabel,
  countWords,
  incompleteEngines,
  severityWords,
  subjectOf,
  verdictOf,
  withState,
} from './verdict.ts';

export interface MarkdownOptions {
  /** Render only what a change causes: incomplete engines, the gate, new and fixed findings. */
  brief?: boolean;
  /** Level of the first heading, 1 to 4; sections are one level deeper. Default 1. */
  level?: number;
  /** Text before the verdict in the first heading. */
  title?: string;
  /** Maximum size in bytes; default 60,000, because GitHub accepts 65,536 characters in a comment or check run. */
  maxBytes?: number;
  /** Markdown that says where to find what was cut. */
  rest?: string;
}

const defaultMaxBytes = 60_000;
/** Bytes that are reserved for the note on what was cut. */
const reserved = 500;
/** Maximum bytes of other sections than findings, so that they neither lose their room to findings nor take it. */
const maxOtherBytes = 5_000;

interface Section {
  heading: string;
  /** First lines of the section's table, which are its header. */
  head?: string;
  /** Parts of the section that are not split; as many of them as fit are rendered. */
  blocks: string[];
  /** Plural name of the section's blocks, for the note on what was cut. */
  of: string;
  isFindings?: true;
  /** True if the section is about the compared change, so that a brief report has it. */
  aboutChange?: true;
}

const isAboutChange = ({ aboutChange }: Section): boolean => aboutChange === true;

/** Renders the report as Markdown, most important parts first, and says what was cut. */
export function toMarkdown(report: AnalysisReport, options: MarkdownOptions = {}): string {
  const {
    brief = false,
    level = 1,
    title: prefix = '',
    maxBytes = defaultMaxBytes,
    rest = 'The JSON report has all.',
  } = options;
  const title = `${'#'.repeat(level)} ${prefix}${escapeMarkdown(verdictOf(report), 500)}\n\n${escapeMarkdown(subjectOf(report), 500)}`;
  const wanted = brief ? sectionsOf(report).filter(isAboutChange) : sectionsOf(report);
  const sections = wanted.filter(({ blocks }) => blocks.length > 0);
  const cut: string[] = [];
  const written = new Map<Section, string>();
  let room = maxBytes - reserved - bytesOf(rest) - bytesOf(title);
  const others = sections.filter(({ isFindings }) => isFindings !== true);
  for (const section of new Set([...others, ...sections])) {
    const { text, left } = write(section, level + 1, section.isFindings ? room : Math.min(room, maxOtherBytes));
    const all = section.blocks.length;
    if (left > 0) cut.push(`${left.toLocaleString('en')} of ${all.toLocaleString('en')} ${section.of}`);
    if (left === all) continue;
    written.set(section, text);
    room -= bytesOf(text) + 2;
  }
  const parts = [title, ...sections.flatMap((section) => written.get(section) ?? [])];
  if (cut.length > 0) {
    parts.push(`Cut to stay under ${maxBytes.toLocaleString('en')} bytes: ${cut.join(', ')}. ${rest}`);
  }
  return `${parts.join('\n\n')}\n`;
}

/** Writes as many blocks of a section as fit. */
function write({ heading, head, blocks }: Section, level: number, room: number): { text: string; left: number } {
  let text = `${'#'.repeat(level)} ${heading}\n${head === undefined ? '' : `\n${head}`}`;
  let size = bytesOf(text);
  let kept = 0;
  for (const block of blocks) {
    size += bytesOf(block) + 1;
    if (size + 2 > room) break;
    text += `\n${block}`;
    kept += 1;
  }
  return { text, left: blocks.length - kept };
}

const bytesOf = (text: string): number => Buffer.byteLength(text);

function sectionsOf(report: AnalysisReport): Section[] {
  const { findings, result, facts } = report;
  const incomplete = incompleteEngines(result.engines);
  const states = (['new', 'fixed', 'suppressed', 'existing'] as const).map((state): Section => {
    const some = withState(findings, state);
    const name = `${state.charAt(0).toUpperCase()}${state.slice(1)}`;
    const blocks = state === 'new' ? some.map(wholeFinding) : some.map(shortFinding);
    const section: Section = {
      heading: `${name}: ${severityWords(some)}`,
      blocks,
      of: `${state} findings`,
      isFindings: true,
    };
    return state === 'new' || state === 'fixed' ? { ...section, aboutChange: true } : section;
  });
  return [
    {
      heading: 'Not complete',
      blocks: incomplete.map(({ name, reason }) => `- ${markdownCode(name, 60)}: ${escapeMarkdown(reason, 500)}`),
      of: 'engines that are not complete',
      aboutChange: true,
    },
    {
      heading: 'Gate',
      head: '| condition | value | allowed | | to do |\n| --- | ---: | ---: | --- | --- |',
      blocks: result.gate.conditions.map(
        ({ name, value, threshold, passed, fix }) =>
          `| ${escapeMarkdown(conditionLabel(name))} | ${value} | ${threshold} | ${passed ? 'passed' : '**failed**'} | ${escapeMarkdown(fix, 600)} |`,
      ),
      of: 'conditions',
      aboutChange: true,
    },
    ...states.slice(0, 3),
    {
      heading: 'Languages',
      head: '| language | files | code | comment | blank |\n| --- | ---: | ---: | ---: | ---: |',
      blocks: facts.languages
        .slice(0, 20)
        .map(
          ({ name, files, code, comment, blank }) =>
            `| ${escapeMarkdown(name, 60)} | ${files} | ${code} | ${comment} | ${blank} |`,
        ),
      of: 'languages',
    },
    { heading: 'Besides', blocks: factLines(report), of: 'facts' },
    {
      heading: 'Engines',
      head: '| engine | files seen | skipped | seconds | complete |\n| --- | ---: | ---: | ---: | --- |',
      blocks: result.engines.map(engineRow),
      of: 'engines',
    },
    {
      heading: 'Notes',
      blocks: result.engines.flatMap(({ name, notes }) =>
        notes.map((note) => `- ${markdownCode(name, 60)}: ${escapeMarkdown(note, 500)}`),
      ),
      of: 'notes',
    },
    ...states.slice(3),
  ];
}

function wholeFinding(finding: Finding): string {
  const { severity, title, message, fix, url, rule } = finding;
  const place = formatLocation(finding);
  const link = webLink(url);
  return [
    `- **${severity}**: ${escapeMarkdown(title, 200)}${place === null ? '' : ` at ${markdownCode(place)}`} (${markdownCode(rule, 120)})`,
    `  ${escapeMarkdown(message, 1000)}`,
    ...(fix === undefined ? [] : [`  **Fix:** ${escapeMarkdown(fix, 600)}`]),
    ...(link === null ? [] : [`  [Read more](${link})`]),
  ].join('  \n');
}

function shortFinding(finding: Finding): string {
  const place = formatLocation(finding);
  const { suppression } = finding;
  const why =
    suppression === undefined
      ? ''
      : `. Until ${escapeMarkdown(suppression.expires, 20)}${suppression.owner === undefined ? '' : `, ${escapeMarkdown(suppression.owner, 100)}`}: ${escapeMarkdown(suppression.reason, 300)}`;
  return `- **${finding.severity}**: ${escapeMarkdown(finding.title, 200)}${place === null ? '' : ` at ${markdownCode(place)}`}${why}`;
}

function factLines({ facts }: AnalysisReport): string[] {
  const { technologies, dependencies, complexity, duplication, licences } = facts;
  const lines: string[] = [];
  if (technologies.length > 0) {
    lines.push(
      `- Technologies: ${technologies
        .slice(0, 40)
        .map(({ name }) => escapeMarkdown(name, 60))
        .join(', ')}`,
    );
  }
  if (dependencies.length > 0) {
    const direct = dependencies.filter((dependency) => dependency.direct).length;
    lines.push(
      `- ${countWords(dependencies.length, 'dependency', 'dependencies')}, ${direct.toLocaleString('en')} of them direct`,
    );
  }
  if (complexity !== undefined) {
    const { functions, highest, over_threshold } = complexity;
    lines.push(
      `- ${countWords(functions, 'function')}, the most complex of ${highest}, ${over_threshold} above the threshold`,
    );
  }
  if (duplication !== undefined) lines.push(`- ${duplication.percent}% of the lines stand elsewhere too`);
  if (licences !== undefined && licences.length > 0) {
    const named = licences
      .slice(0, 10)
      .map(({ expression, packages }) => `${escapeMarkdown(expression, 60)} (${packages})`);
    lines.push(`- Licenses of dependencies: ${named.join(', ')}`);
  }
  return lines;
}

const engineRow = ({ name, files_seen, files_skipped, seconds, complete }: EngineReport): string =>
  `| ${escapeMarkdown(name, 60)} | ${files_seen} | ${files_skipped} | ${seconds} | ${complete ? 'yes' : '**no**'} |`;
