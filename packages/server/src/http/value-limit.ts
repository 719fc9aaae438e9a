/** The largest honest body, an integration with its lists full, holds a few hundred values. */
export const MOST_VALUES = 5000;

const QUOTE = '"'.charCodeAt(0);
const BACKSLASH = '\\'.charCodeAt(0);
/** Each begins a value, but for the first of a list or an object, which is counted by its bracket. */
const STARTS = new Set(Array.from(',[{', (character) => character.charCodeAt(0)));

/**
 * True when a JSON text holds more fields and entries than a body may. It is counted before it is parsed: a mebibyte has room for 500,000,
 * and to parse them, to check each and to say what is wrong with it would keep others waiting for seconds.
 */
export function holdsTooManyValues(json: Buffer): boolean {
  let count = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0;
    if (byte === QUOTE) at = endOfText(json, at);
    else if (STARTS.has(byte)) count += 1;
    if (count > MOST_VALUES) return true;
  }
  return false;
}

/** The place of the closing quote. */
function endOfText(json: Buffer, start: number): number {
  for (let at = start + 1; at < json.length; at += 1) {
    if (json[at] === BACKSLASH) at += 1;
    else if (json[at] === QUOTE) return at;
  }
  return json.length;
}
