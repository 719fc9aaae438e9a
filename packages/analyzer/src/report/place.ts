import type { Finding } from '../finding.ts';
import { oneLine } from './printable.ts';

/** Formats the location of a finding, such as `src/a.ts:12`; null if the finding is about the repository. */
export function placeOf({ path, start_line }: Pick<Finding, 'path' | 'start_line'>): string | null {
  if (path === null) return null;
  const shown = oneLine(path, 300);
  return start_line === null ? shown : `${shown}:${start_line}`;
}
