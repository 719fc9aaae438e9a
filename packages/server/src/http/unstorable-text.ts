import type { FieldError } from '../errors.ts';

const DEEPEST = 32;

/**
 * The first place in a parsed request that cannot be stored: text with a NUL or half a surrogate pair (PostgreSQL has neither),
 * or nesting that no honest request has. Walks without recursion: the input decides the depth.
 */
export function unstorable(value: unknown): FieldError | undefined {
  const open: { value: unknown; pointer: string; depth: number }[] = [{ value, pointer: '', depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: current, pointer, depth } = next;
    if (typeof current === 'string') {
      const fault = faultOf(current);
      if (fault !== undefined) return { pointer, message: fault };
    }
    if (typeof current !== 'object' || current === null) continue;
    if (depth === DEEPEST) return { pointer, message: `is nested more than ${DEEPEST} levels deep` };
    for (const [key, member] of Object.entries(current)) {
      const fault = faultOf(key);
      if (fault !== undefined) return { pointer, message: `has a field whose name ${fault}` };
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

/** RFC 6901. */
export const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
