/** Returns the Shannon entropy of a text in bits per character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / text.length) * Math.log2(count / text.length);
  return entropy;
}

const WORDLIKE = /[A-Z]?[a-z]{3,}/g;

/** Returns the share of characters (0 to 1) in runs that could be words; it is low for random texts. */
export function wordShareOf(text: string): number {
  let inWords = 0;
  for (const [run] of text.matchAll(WORDLIKE))
    if (run.length >= 4 && isPronounceable(run.toLowerCase())) inWords += run.length;
  return inWords / text.length;
}

function isPronounceable(run: string): boolean {
  const vowels = run.replace(/[^aeiouy]/g, '').length / run.length;
  return vowels >= 0.2 && vowels <= 0.7 && !/[^aeiouy]{5}|[aeiou]{4}|[jqxz][^aeiou]|[^aeiou]{2}[jqxz]/.test(run);
}

/** Counts the character classes in a text: lower case, upper case, digits, others. */
export const characterKinds = (text: string): number =>
  [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(text)).length;

/** Length of a run such as `abcdef` or `987654` that does not occur in random texts. */
const RUN_LENGTH = 6;

/** Returns whether a part of the text counts up or down or repeats one character, as placeholders do. */
export function hasCharacterRun(text: string): boolean {
  let length = 1;
  let step = 0;
  for (let i = 1; i < text.length; i += 1) {
    const next = text.charCodeAt(i) - text.charCodeAt(i - 1);
    if (Math.abs(next) <= 1 && (length === 1 || next === step)) length += 1;
    else length = Math.abs(next) <= 1 ? 2 : 1;
    step = next;
    if (length >= RUN_LENGTH) return true;
  }
  return false;
}
