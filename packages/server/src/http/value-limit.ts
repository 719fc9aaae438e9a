/** Most values in a JSON body. The largest honest body, an integration whose lists are full, has a few hundred. */
export const MOST_VALUES = 5000;

const QUOTE = '"'.charCodeAt(0);
const BACKSLASH = '\\'.charCodeAt(0);
/** Characters that begin a value. The first value of a list or object is counted by its bracket, the others by their comma. */
const STARTS = new Set(Array.from(',[{', (character) => character.charCodeAt(0)));

/**
 * Returns true when a JSON text has more fields and entries than a body may. They are counted before the text is parsed: a mebibyte has
 * room for 500,000 of them, and parsing, checking and reporting those would delay other requests for seconds.
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

/** Returns the position of the closing quote of a JSON string. */
function endOfText(json: Buffer, start: number): number {
  for (let at = start + 1; at < json.length; at += 1) {
    if (json[at] === BACKSLASH) at += 1;
    else if (json[at] === QUOTE) return at;
  }
  return json.length;
}
