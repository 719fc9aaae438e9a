import { uniqueNames } from './names.ts';

/**
 * Returns text in the form in which it is compared and stored: with LF line ends, trimmed, and '' for null. NUL is dropped and halves of
 * surrogate pairs are replaced, because PostgreSQL cannot store them.
 */
export function canonicalText(text: string | null | undefined): string {
  if (text === null || text === undefined) return '';
  return storableText(text).replace(/\r\n?/g, '\n').trim();
}

/** Returns text that PostgreSQL can store: without NUL, and with halves of surrogate pairs replaced. */
export const storableText = (text: string): string => text.replaceAll('\0', '').toWellFormed();

/** Returns labels or logins in the form in which they are stored: canonical text, without empty and repeated names. */
export function canonicalNames(names: readonly string[]): string[] {
  return uniqueNames(names.map(canonicalText).filter((name) => name !== ''));
}
