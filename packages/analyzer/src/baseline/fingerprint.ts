import { createHash } from 'node:crypto';
import type { RawFinding } from '../finding.ts';

/**
 * Identifies a finding across all analyses of its repository. It is computed from values that survive moved and
 * reformatted lines, so neither from line numbers nor from texts.
 * @param occurrence counted from 0 among findings with the same rule, path and identity, in the order of their lines
 * @returns 32 hexadecimal digits
 */
export function fingerprint(
  engine: string,
  finding: Pick<RawFinding, 'rule' | 'path' | 'identity'>,
  occurrence: number,
): string {
  const parts = [engine, finding.rule, finding.path, finding.identity, occurrence];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
