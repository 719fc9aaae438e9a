import { createHash } from 'node:crypto';
import type { RawFinding } from '../../finding.ts';

/** A finding within one file, without the path: results are cached by the file's content. */
export type Fault = Omit<RawFinding, 'path'>;

/** Hashes a text without its white space, so that a finding keeps its identity if lines move or are reformatted. */
export const identityOf = (text: string): string =>
  createHash('sha256').update(text.replaceAll(/\s+/g, '')).digest('hex').slice(0, 16);

/** Appends `#2`, `#3`, … to the identities of equal findings in one file. */
export function withOrdinals<F extends { rule: string; identity: string }>(faults: readonly F[]): F[] {
  const seen = new Map<string, number>();
  return faults.map((fault) => {
    const key = `${fault.rule} ${fault.identity}`;
    const ordinal = (seen.get(key) ?? 0) + 1;
    seen.set(key, ordinal);
    return ordinal === 1 ? fault : { ...fault, identity: `${fault.identity}#${ordinal}` };
  });
}
