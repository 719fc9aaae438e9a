/**
 * Returns a function that maps an offset in the text to its line, counted from 1. It is fast if offsets are requested
 * in ascending order.
 */
export const lineCounter = (source: string): ((offset: number) => number) => {
  let line = 1;
  let begin = 0;
  // Remember the end of the line: in a file with a single long line, searching it again for each offset would take
  // quadratic time.
  let end = source.indexOf('\n');
  return (offset) => {
    if (offset < begin) {
      line = 1;
      begin = 0;
      end = source.indexOf('\n');
    }
    while (end !== -1 && end < offset) {
      line += 1;
      begin = end + 1;
      end = source.indexOf('\n', begin);
    }
    return line;
  };
};

/** Maximum number of failed searches: each one scans the rest of the text. */
const missesAllowed = 20;

/**
 * Finds the lines of values that are requested in the order of the text. Parsers of JSON and TOML do not report lines,
 * and a forward search from the last match is cheap. A value that is not found has no line.
 */
export class LineFinder {
  readonly #source: string;
  readonly #lineAt: (offset: number) => number;
  #position = 0;
  #misses = 0;

  constructor(source: string) {
    this.#source = source;
    this.#lineAt = lineCounter(source);
  }

  /** Returns the line in which the next occurrence of `needle` ends; null if `needle` does not occur after the last match. */
  find(needle: string): number | null {
    if (this.#misses >= missesAllowed) return null;
    const found = this.#source.indexOf(needle, this.#position);
    if (found === -1) {
      this.#misses += 1;
      return null;
    }
    this.#position = found + needle.length;
    return this.#lineAt(this.#position - 1);
  }

  /** Restarts the search at the beginning of the text. */
  rewind(): this {
    this.#position = 0;
    return this;
  }
}

/**
 * Returns a function that builds the search text for a key with an object value: `"name": {`. With its brace, the text
 * does not match the same name with another value. It adapts to pretty-printed and compact JSON.
 */
export const objectKeys = (source: string): ((key: string) => string) => {
  const opening = source.includes('": {') ? ': {' : ':{';
  return (key) => `${JSON.stringify(key)}${opening}`;
};
