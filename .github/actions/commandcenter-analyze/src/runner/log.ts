/**
 * What the step prints. The runner takes lines for commands, wherever their text came from, so nothing but these functions writes to
 * standard output: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export type AnnotationLevel = 'error' | 'warning' | 'notice';

export interface AnnotationPlace {
  title?: string;
  file?: string;
  line?: number;
  endLine?: number;
}

/** GitHub keeps no more of a message. */
const LONGEST = 4000;

/** One line of the log. */
export function say(text: string): void {
  process.stdout.write(`${harmless(oneLine(text))}\n`);
}

/** A message that GitHub shows on the run, and at a line of the change where it names one. */
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
    `::${level}${properties === '' ? '' : ` ${properties}`}::${escapeData(message.slice(0, LONGEST))}\n`,
  );
}

/** From here on the runner shows `***` for it, in whatever a step prints. */
export function mask(secret: string): void {
  for (const line of new Set([secret, ...secret.split(/\r?\n/)])) {
    if (line.trim() !== '') process.stdout.write(`::add-mask::${escapeData(line)}\n`);
  }
}

/** Lines of the scanned repository can name commands of the runner: `::…` at the start of a line and, of old, `##[…]` anywhere. */
function harmless(line: string): string {
  return line.replaceAll('##[', '# #[').replace(/^(\s*):(?=:)/, '$1\u200b:');
}

/** Control characters would end the line or colour what follows. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, LONGEST);

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('##[', '# #[');

const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
