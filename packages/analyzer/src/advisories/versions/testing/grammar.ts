/** A grammar: generates a random text of its language. */
export type Grammar = (random: Random) => string;

/** Returns an integer from 0 to `below` - 1. */
export type Random = (below: number) => number;

/** Creates a generator (mulberry32) that yields the same numbers for the same seed. */
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

/** Creates a grammar that chooses one of the parts; parts that are listed several times are chosen more often. */
export const oneOf =
  (...parts: readonly Part[]): Grammar =>
  (random) =>
    write(parts[random(parts.length)] ?? '', random);

export const sequence =
  (...parts: readonly Part[]): Grammar =>
  (random) =>
    parts.map((part) => write(part, random)).join('');

/** Creates a grammar that generates the part, or in two of three cases nothing. */
export const optional = (part: Part): Grammar => oneOf('', '', part);

/** Creates a grammar that repeats the part `least` to `most` times with the separator between. */
export const repeated =
  (part: Part, least: number, most: number, separator: Part): Grammar =>
  (random) => {
    let text = '';
    const times = least + random(most - least + 1);
    for (let time = 0; time < times; time += 1)
      text += (time === 0 ? '' : write(separator, random)) + write(part, random);
    return text;
  };

/** Generates different texts in the order of their generation. */
export function textsOf(grammar: Grammar, count: number, seed: number): string[] {
  const random = seeded(seed);
  const texts = new Set<string>();
  // Limit the attempts, because a small language has fewer texts.
  for (let attempt = 0; texts.size < count && attempt < 20 * count; attempt += 1) texts.add(grammar(random));
  return [...texts];
}
