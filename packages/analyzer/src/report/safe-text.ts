import type { Finding } from '../finding.ts';

/** Control characters, text direction marks and other format characters, and invisible letters. */
const unseen = /[\p{Cc}\p{Cf}\u115f\u1160\u3164\uffa0\ufffe\uffff]/gu;

/**
 * Converts a text of the scanned repository to one line without terminal escapes, line breaks or text direction marks.
 * Invisible characters become `�`, white space becomes one space.
 */
export function oneLine(text: string, maxLength = 1000): string {
  const line = text
    .toWellFormed()
    .slice(0, maxLength * 4)
    .replace(/[\s\u0085]+/g, ' ')
    .replace(unseen, '\ufffd')
    .trim();
  if (line.length <= maxLength) return line;
  return `${line
    .slice(0, maxLength - 1)
    .toWellFormed()
    .replace(/\ufffd$/, '')}…`;
}

/** Formats the location of a finding, such as `src/a.ts:12`; null if the finding is about the repository. */
export function formatLocation({ path, start_line }: Pick<Finding, 'path' | 'start_line'>): string | null {
  if (path === null) return null;
  const shown = oneLine(path, 300);
  return start_line === null ? shown : `${shown}:${start_line}`;
}

/** Returns a web address in which no character has a meaning in HTML or Markdown; null for other addresses. */
export function webLink(url: string | undefined): string | null {
  if (url === undefined || url.length > 2000 || !URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return null;
  return href.replace(/[<>"'`()[\]{}\\|^*_~!@\s]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}
