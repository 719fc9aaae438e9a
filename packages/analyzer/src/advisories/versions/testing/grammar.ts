/** Writes one text of a language. */
export type Grammar = (random: Random) => string;

/** A whole number of at least 0 and less than `below`. */
export type Random = (below: number) => number;

/** mulberry32: the same seed, the same numbers. */
export function seeded(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Part = string | Grammar;

const write = (part: Part, random: Random): string => (typeof part === 'string' ? part : part(random));

/** One of the parts; one that is named more often is taken more often. */
export const oneOf =
  (...parts: readonly Part[]): Grammar =>
  (random) =>
    write(parts[random(parts.length)] ?? '', random);

export const sequence =
  (...parts: readonly Part[]): Grammar =>
  (random) =>
    parts.map((part) => write(part, random)).join('');

/** Now and then nothing, otherwise the part. */
export const optional = (part: Part): Grammar => oneOf('', '', part);

/** From `least` to `most` times the part, with the separator between. */
export const repeated =
  (part: Part, least: number, most: number, separator: Part): Grammar =>
  (random) => {
    let text = '';
    const times = least + random(most - least + 1);
    for (let time = 0; time < times; time += 1)
      text += (time === 0 ? '' : write(separator, random)) + write(part, random);
    return text;
  };

/** Different texts of the language, in the order in which they came. */
export function textsOf(grammar: Grammar, count: number, seed: number): string[] {
  const random = seeded(seed);
  const texts = new Set<string>();
  // A small language has fewer.
  for (let attempt = 0; texts.size < count && attempt < 20 * count; attempt += 1) texts.add(grammar(random));
  return [...texts];
}
