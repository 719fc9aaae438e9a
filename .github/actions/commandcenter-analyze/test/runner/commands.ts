/** What a step's output comes to at GitHub. */
export interface StepLog {
  /** As people see them, with `***` for what is masked by then. */
  lines: string[];
  annotations: Annotation[];
  masks: string[];
  /** Lines that a runner takes for commands, or has taken for some, and that no step of ours means. */
  unexpected: string[];
}

export interface Annotation {
  level: 'error' | 'warning' | 'notice';
  message: string;
  title?: string;
  file?: string;
  line?: string;
  endLine?: string;
}

const levels: ReadonlySet<string> = new Set(['error', 'warning', 'notice']);

/**
 * Reads output as the runner does, line by line: a command is `::name key=value,…::data` at the start of a line but for white space, and,
 * of old, `##[name …]` anywhere: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 *
 * @param secrets of the workflow, which are masked from the start
 */
export function readLog(output: string, secrets: readonly string[]): StepLog {
  const log: StepLog = { lines: [], annotations: [], masks: [...secrets], unexpected: [] };
  const masked = (text: string): string => log.masks.reduce((rest, mask) => rest.replaceAll(mask, '***'), text);
  for (const line of output.split(/\r\n|\n|\r/)) {
    const [, name = '', properties = '', data = ''] = /^\s*::([^ :]*)(?: +(.*?))?::(.*)$/s.exec(line) ?? [];
    if (name === 'add-mask') log.masks.push(unescapeData(data));
    else if (levels.has(name)) log.annotations.push(readAnnotation(name as Annotation['level'], properties, data));
    else if (/^\s*::/.test(line)) log.unexpected.push(line);
    else log.lines.push(masked(line));
    if (line.includes('##[')) log.unexpected.push(line);
  }
  return log;
}

function readAnnotation(level: Annotation['level'], properties: string, data: string): Annotation {
  const named = properties
    .split(',')
    .map((property) => /^([^=]*)=(.*)$/s.exec(property.trim()))
    .flatMap((match) => (match === null ? [] : [[match[1] ?? '', unescapeProperty(match[2] ?? '')]]));
  return { level, message: unescapeData(data), ...Object.fromEntries(named) };
}

const unescapeData = (text: string): string =>
  text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');

const unescapeProperty = (text: string): string => unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
