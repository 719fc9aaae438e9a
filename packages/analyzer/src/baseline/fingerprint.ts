import { createHash } from 'node:crypto';
import type { RawFinding } from '../finding.ts';

/**
 * What tells a finding from every other one of its repository, in every analysis: 32 hexadecimal digits. Made of what stays when lines
 * move or are formatted anew, so neither of its place in the file nor of its texts.
 *
 * @param occurrence counted from 0 among findings of the same rule, path and identity, in the order of their lines
 */
export function fingerprint(
  engine: string,
  finding: Pick<RawFinding, 'rule' | 'path' | 'identity'>,
  occurrence: number,
): string {
  const parts = [engine, finding.rule, finding.path, finding.identity, occurrence];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
