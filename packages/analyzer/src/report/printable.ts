// Control characters, marks of writing direction, what has no width, and what is not part of any text.
const unseen =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3164\ufeff\ufff0-\ufffb\ufffe\uffff]|[\u{e0000}-\u{e0fff}]/gu;

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
  return `${line.slice(0, longest - 1).toWellFormed().replace(/\ufffd$/, '')}…`;
}
