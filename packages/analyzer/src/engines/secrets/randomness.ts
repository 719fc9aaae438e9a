/** Shannon entropy of the characters of a text, in bits each. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / text.length) * Math.log2(count / text.length);
  return entropy;
}

const WORDLIKE = /[A-Z]?[a-z]{3,}/g;

/** Part of the characters, from 0 to 1, that stand in what could be words: a random text of the same length has few. */
export function wordinessOf(text: string): number {
  let inWords = 0;
  for (const [run] of text.matchAll(WORDLIKE))
    if (run.length >= 4 && isPronounceable(run.toLowerCase())) inWords += run.length;
  return inWords / text.length;
}

function isPronounceable(run: string): boolean {
  const vowels = run.replace(/[^aeiouy]/g, '').length / run.length;
  return vowels >= 0.2 && vowels <= 0.7 && !/[^aeiouy]{5}|[aeiou]{4}|[jqxz][^aeiou]|[^aeiou]{2}[jqxz]/.test(run);
}

/** How many kinds of characters a text has: lower case, upper case, digits, others. */
export const characterKinds = (text: string): number =>
  [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(text)).length;

/** `abcdef`, `987654`: so many neighbours in a row do not come by chance. */
const LONGEST_RUN = 6;

/** Whether some part of it counts up or down, or repeats one character, as people fill a space. */
export function hasRun(text: string): boolean {
  let length = 1;
  let step = 0;
  for (let i = 1; i < text.length; i += 1) {
    const next = text.charCodeAt(i) - text.charCodeAt(i - 1);
    if (Math.abs(next) <= 1 && (length === 1 || next === step)) length += 1;
    else length = Math.abs(next) <= 1 ? 2 : 1;
    step = next;
    if (length >= LONGEST_RUN) return true;
  }
  return false;
}
