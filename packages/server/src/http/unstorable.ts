import type { FieldError } from '../errors.ts';
import { grouped } from '../text-length.ts';

const DEEPEST = 32;
const LARGEST = grouped(Number.MAX_SAFE_INTEGER);

/**
 * Returns the first place in a parsed request that cannot be stored: a text with NUL or an unpaired surrogate (PostgreSQL has neither), a
 * number such as 1e999 or 1e30 (JSON.parse has changed it, and no column holds it), or nesting that no honest request has. Does not use
 * recursion, because the input decides the depth.
 */
export function unstorable(value: unknown): FieldError | undefined {
  const open: { value: unknown; pointer: string; depth: number }[] = [{ value, pointer: '', depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: current, pointer, depth } = next;
    const fault = typeof current === 'string' ? faultOf(current) : numberFault(current);
    if (fault !== undefined) return { pointer, message: fault };
    if (typeof current !== 'object' || current === null) continue;
    if (depth === DEEPEST) return { pointer, message: `is nested more than ${DEEPEST} levels deep` };
    for (const [key, member] of Object.entries(current)) {
      const keyFault = faultOf(key);
      if (keyFault !== undefined) return { pointer, message: `has a field whose name ${keyFault}` };
      open.push({ value: member, pointer: `${pointer}/${escapePointer(key)}`, depth: depth + 1 });
    }
  }
  return undefined;
}

function faultOf(text: string): string | undefined {
  if (text.includes('\0')) return 'contains a NUL character, which cannot be stored';
  if (!text.isWellFormed()) return 'contains half a surrogate pair, which is not a character';
  return undefined;
}

/**
 * Returns the error of a number beyond the safe integers. Numbers with a fraction are always within the limit, because greater doubles
 * have none.
 */
function numberFault(value: unknown): string | undefined {
  if (typeof value !== 'number' || Math.abs(value) <= Number.MAX_SAFE_INTEGER) return undefined;
  return `must be a number between -${LARGEST} and ${LARGEST}; beyond that numbers are not exact`;
}

/** Escapes a key for a JSON pointer (RFC 6901). */
export const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
