/** A literal for which the scanner searches. */
export interface Literal {
  /** Text of the literal: ASCII, at least 4 characters. */
  text: string;
  /** True if the search for the literal is case-sensitive. */
  exact: boolean;
}

/** Searches `bytes` for literals; calls `onHit` with the offset and the index of each literal that occurs. */
export type LiteralScanner = (bytes: Uint8Array, onHit: (at: number, literal: number) => void) => void;

interface Pattern {
  bytes: Uint8Array;
  fold: boolean;
  /** Offset within the pattern of the four characters by which the search finds the pattern. */
  window: number;
}

const WINDOW = 4;
const LAST = WINDOW - 1;

/**
 * Letter pairs by their frequency in code, most frequent first, measured on 214 MB of npm packages. Rare pairs make the
 * search fast.
 */
const COMMON =
  'in on re er de st en te or nt co at pe se ne ti es ns th ar al he et ef le fi io tr ec ch me yp ed ro ct sk is ty ng ri nd k_ it ss an rt ex po ta ra _s un od e( as nc ur _c la ea ca li to ue om am op ce ck ge os mp pt ll si el id if ve ma ul pa lo ac na s. em ad ha _t rn tu va rs pr hi no il sl lu us ts ig fo ou _p ic ut l_ oc di ol rr e_ // im ke ie do sc nu ot fu cr cl be fa xt so ag um xp pl tt fr ap ow ly oi lt da ee ni d_ ep ho sh of ey';
const commonness = new Map(COMMON.split(' ').map((pair, place, all) => [pair, 1 - place / all.length]));

/**
 * Creates a search for many texts at once, which on typical code is several times as fast as a regular expression with
 * alternatives. Algorithm: Wu and Manber, "A fast algorithm for multi-pattern searching" (TR-94-17, University of
 * Arizona, 1994). A table gives for each pair of bytes how far the search can skip because no literal ends there; only
 * a skip of 0 needs a comparison.
 */
export function createLiteralScanner(literals: readonly Literal[]): LiteralScanner {
  const shifts = new Uint8Array(65_536).fill(LAST);
  const byPair: (number[] | undefined)[] = new Array(65_536);
  const patterns = literals.map(({ text, exact }): Pattern => {
    if (text.length < WINDOW) throw new RangeError(`${JSON.stringify(text)} is shorter than ${WINDOW} characters.`);
    return {
      bytes: Buffer.from(exact ? text : text.toLowerCase(), 'latin1'),
      fold: !exact,
      window: rarestWindow(text.toLowerCase()),
    };
  });
  for (const [place, { text, exact }] of literals.entries()) {
    const window = patterns[place]?.window ?? 0;
    for (let end = 1; end < WINDOW; end += 1) {
      for (const pair of pairs(text, window + end, exact)) {
        shifts[pair] = Math.min(shifts[pair] ?? 0, LAST - end);
        if (end < LAST) continue;
        const others = byPair[pair];
        if (others === undefined) byPair[pair] = [place];
        else others.push(place);
      }
    }
  }

  return (bytes, onHit) => {
    const { length } = bytes;
    let i = LAST;
    while (i < length) {
      const pair = ((bytes[i - 1] as number) << 8) | (bytes[i] as number);
      const shift = shifts[pair] as number;
      if (shift > 0) {
        i += shift;
        continue;
      }
      for (const place of byPair[pair] ?? []) {
        const pattern = patterns[place];
        if (pattern === undefined) continue;
        const at = i - LAST - pattern.window;
        if (stands(bytes, at, pattern)) onHit(at, place);
      }
      i += 1;
    }
  };
}

function stands(bytes: Uint8Array, at: number, { bytes: pattern, fold }: Pattern): boolean {
  if (at < 0 || at + pattern.length > bytes.length) return false;
  for (let i = 0; i < pattern.length; i += 1) {
    const byte = bytes[at + i] as number;
    if ((fold && byte >= 65 && byte <= 90 ? byte + 32 : byte) !== pattern[i]) return false;
  }
  return true;
}

/**
 * Returns the offset of the four characters that end with the rarest pair, because each occurrence of that pair
 * interrupts the search.
 */
function rarestWindow(text: string): number {
  const cost = (at: number): number => commonness.get(text.slice(at, at + 2)) ?? 0;
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at + WINDOW <= text.length; at += 1) {
    const sum = cost(at) / 4 + cost(at + 1) / 2 + 2 * cost(at + 2);
    if (sum < least) {
      least = sum;
      best = at;
    }
  }
  return best;
}

/** Returns the two bytes of `text` that end at `end`, in all spellings with upper and lower case. */
function pairs(text: string, end: number, exact: boolean): number[] {
  const spellings = (character: string): number[] => {
    const cases = exact ? [character] : [character.toLowerCase(), character.toUpperCase()];
    return [...new Set(cases)].map((one) => one.charCodeAt(0));
  };
  return spellings(text.charAt(end - 1)).flatMap((first) =>
    spellings(text.charAt(end)).map((second) => (first << 8) | second),
  );
}
