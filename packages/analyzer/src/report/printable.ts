/** Control characters, marks of writing direction and other format characters, letters that fill without being seen. */
const unseen = /[\p{Cc}\p{Cf}\u115f\u1160\u3164\uffa0\ufffe\uffff]/gu;

/**
 * A text of the scanned repository as one line that shows all it holds: no terminal escape, no line break, no change of the writing
 * direction. What is unseen shows as `�`; white space as one space.
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
