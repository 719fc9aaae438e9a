/** The line, counted from 1, that holds a place of this text. Costs next to nothing for places asked for in their order. */
export const lineCounter = (source: string): ((offset: number) => number) => {
  let line = 1;
  let begin = 0;
  // Kept: in a file of one long line, to look for it again would be to read the file again.
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

/** So many searches to the end of the text are made in vain before no more are made: each costs the text's length. */
const missesAllowed = 20;

/**
 * Lines of things that are asked for in the order they stand in: parsers of JSON and TOML do not tell them, and one search forward
 * from the last one costs next to nothing. What is not found has none.
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

  /** The line that the next `needle` ends in; null where none follows the last one found. */
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

  /** Begins again at the top. */
  rewind(): this {
    this.#position = 0;
    return this;
  }
}

/** How keys of objects begin in this JSON text, pretty or not: `"name": {`, which the same name with another value is not. */
export const objectKeys = (source: string): ((key: string) => string) => {
  const opening = source.includes('": {') ? ': {' : ':{';
  return (key) => `${JSON.stringify(key)}${opening}`;
};
