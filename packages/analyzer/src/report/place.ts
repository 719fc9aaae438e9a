import type { Finding } from '../finding.ts';
import { oneLine } from './printable.ts';

/** `src/a.ts:12`; null for a finding of the repository as a whole. */
export function placeOf({ path, start_line }: Pick<Finding, 'path' | 'start_line'>): string | null {
  if (path === null) return null;
  const shown = oneLine(path, 300);
  return start_line === null ? shown : `${shown}:${start_line}`;
}
