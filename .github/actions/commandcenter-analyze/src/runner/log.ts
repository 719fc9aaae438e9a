/**
 * Levels of annotations in the step's output. The runner executes commands in lines from any source, so only the functions in this file
 * write to standard output: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export type AnnotationLevel = 'error' | 'warning' | 'notice';

export interface AnnotationPlace {
  title?: string;
  file?: string;
  line?: number;
  endLine?: number;
}

/** Longest message in characters, because GitHub cuts longer ones. */
const MAX_CHARACTERS = 4000;

/** Writes one line to the step's log. */
export function logLine(text: string): void {
  process.stdout.write(`${defuseCommands(oneLine(text))}\n`);
}

/** Shows a message on the page of the run and, if a file and line are given, in the changed files. */
export function annotate(
  level: AnnotationLevel,
  message: string,
  { title, file, line, endLine }: AnnotationPlace = {},
): void {
  const properties = Object.entries({ title, file, line, endLine })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(',');
  process.stdout.write(
    `::${level}${properties === '' ? '' : ` ${properties}`}::${escapeData(message.slice(0, MAX_CHARACTERS))}\n`,
  );
}

/** Makes the runner replace this text by `***` in all output from now on. */
export function mask(secret: string): void {
  for (const line of new Set([secret, ...secret.split(/\r?\n/)])) {
    if (line.trim() !== '') process.stdout.write(`::add-mask::${escapeData(line)}\n`);
  }
}

/** Defuses commands in text from the analyzed repository: `::…` at the start of a line and, in old runners, `##[…]` anywhere. */
function defuseCommands(line: string): string {
  return line.replaceAll('##[', '# #[').replace(/^(\s*):(?=:)/, '$1\u200b:');
}

/** Removes control characters, which would end the line or color the following text. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, MAX_CHARACTERS);

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('##[', '# #[');

const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
