import type { LineSequence } from './line-sequence.ts';

/** Equal code lines at two places of the sequence, as indices of their first lines; `first` is the earlier one. */
export interface Clone {
  first: number;
  second: number;
  length: number;
}

/** Minimum size of a clone: consecutive equal code lines and their tokens together. */
export const MIN_LINES = 10;
export const MIN_TOKENS = 100;

const FACTOR = 0x01000193;

/**
 * Finds every maximal run of lines that also occurs earlier. It takes linear time: a rolling hash of `LEAST_LINES`
 * lines (Rabin and Karp, https://doi.org/10.1147/rd.312.0249) finds the first occurrence of each window, and comparing
 * the lines confirms it.
 */
export function findClones({ files, hashes, tokens, owners }: LineSequence): Clone[] {
  const windows = hashWindows(hashes);
  const bits = Math.max(4, Math.ceil(Math.log2(windows.length * 2 + 1)));
  const table = new Int32Array(2 ** bits).fill(-1);
  const clones: Clone[] = [];
  const endOf = (at: number): number => files[owners[at] ?? 0]?.end ?? 0;

  const equalLength = (first: number, second: number): number => {
    // Two occurrences of a clone in one file must not overlap.
    const room = Math.min(endOf(first) - first, endOf(second) - second, second - first);
    let length = 0;
    while (length < room && hashes[first + length] === hashes[second + length] && hashes[first + length] !== 0)
      length += 1;
    return length;
  };
  /** Returns the first line whose window (the `MIN_LINES` lines from there) equals the window at `at`, or stores `at` if there is none. */
  const firstLike = (at: number): number | undefined => {
    for (let slot = slotOf(windows[at] ?? 0, bits); ; slot = (slot + 1) & (table.length - 1)) {
      const stored = table[slot] ?? -1;
      if (stored < 0) {
        table[slot] = at;
        return undefined;
      }
      if (windows[stored] === windows[at] && sameWindow(hashes, stored, at)) return stored;
    }
  };

  for (let at = 0; at < windows.length; ) {
    if (endOf(at) - at < MIN_LINES) {
      at = Math.max(endOf(at), at + 1);
      continue;
    }
    const first = firstLike(at);
    const length = first === undefined ? 0 : equalLength(first, at);
    if (first === undefined || length < MIN_LINES) at += 1;
    else {
      if (sum(tokens, at, length) >= MIN_TOKENS) clones.push({ first, second: at, length });
      // Continue with the windows that extend beyond the clone: they are new, and may be repeated later.
      at += length - MIN_LINES + 1;
    }
  }
  return clones;
}

/** Computes the hashes of all windows; the window of a line has the `MIN_LINES` lines that begin there. */
function hashWindows(hashes: Uint32Array): Uint32Array {
  const count = Math.max(0, hashes.length - MIN_LINES + 1);
  const windows = new Uint32Array(count);
  let leaving = 1;
  for (let n = 1; n < MIN_LINES; n += 1) leaving = Math.imul(leaving, FACTOR);
  let rolling = 0;
  for (const [at, hash] of hashes.entries()) {
    if (at >= MIN_LINES) rolling -= Math.imul(hashes[at - MIN_LINES] ?? 0, leaving);
    rolling = (Math.imul(rolling, FACTOR) + hash) | 0;
    if (at >= MIN_LINES - 1) windows[at - MIN_LINES + 1] = rolling;
  }
  return windows;
}

function sameWindow(hashes: Uint32Array, a: number, b: number): boolean {
  for (let n = 0; n < MIN_LINES; n += 1) if (hashes[a + n] !== hashes[b + n]) return false;
  return true;
}

const slotOf = (hash: number, bits: number): number => Math.imul(hash, 0x9e3779b1) >>> (32 - bits);

function sum(values: Uint8Array, begin: number, length: number): number {
  let total = 0;
  for (let at = begin; at < begin + length; at += 1) total += values[at] ?? 0;
  return total;
}
