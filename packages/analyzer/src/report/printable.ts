/** Control characters, text direction marks and other format characters, and invisible letters. */
const unseen = /[\p{Cc}\p{Cf}\u115f\u1160\u3164\uffa0\ufffe\uffff]/gu;

/**
 * Converts a text of the scanned repository to one line without terminal escapes, line breaks or text direction marks.
 * Invisible characters become `�`, white space becomes one space.
 */
export function oneLine(text: string, longest = 1000): string {
  const line = text
    .toWellFormed()
    .slice(0, longest * 4)
    .replace(/[\s\u0085]+/g, ' ')
    .replace(unseen, '\ufffd')
    .trim();
  if (line.length <= longest) return line;
  return `${line
    .slice(0, longest - 1)
    .toWellFormed()
    .replace(/\ufffd$/, '')}…`;
}
