import { uniqueNames } from './names.ts';

/**
 * Text as it is compared and stored: LF line ends, trimmed ends, null is ''. NUL is dropped and halves of surrogate pairs are replaced,
 * because PostgreSQL cannot store them.
 */
export function canonicalText(text: string | null | undefined): string {
  if (text === null || text === undefined) return '';
  return storableText(text).replace(/\r\n?/g, '\n').trim();
}

/** Text without what PostgreSQL cannot store. */
export const storableText = (text: string): string => text.replaceAll('\0', '').toWellFormed();

/** Labels or logins as they are stored: canonical text, none empty, none twice. */
export function canonicalNames(names: readonly string[]): string[] {
  return uniqueNames(names.map(canonicalText).filter((name) => name !== ''));
}
