/** The effects that a step's output has on GitHub. */
export interface StepLog {
  /** The output as people see it, with `***` for masked texts. */
  lines: string[];
  annotations: Annotation[];
  masks: string[];
  /** Lines that a runner executes, or executed in the past, as commands that our steps never use. */
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
 * Interprets output like the runner, line by line: a command is `::name key=value,…::data` after white space at the start of a line or, in
 * the old syntax, `##[name …]` anywhere: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 *
 * @param secrets the workflow's secrets, which are masked from the start
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
