import { createHash } from 'node:crypto';
import type { RawFinding } from '../../finding.ts';

/** A finding of one file, which does not know the file's path. */
export type Fault = Omit<RawFinding, 'path'>;

/** Of text without white space: what is found stays the same finding when its lines move or are formatted anew. */
export const identityOf = (text: string): string =>
  createHash('sha256').update(text.replaceAll(/\s+/g, '')).digest('hex').slice(0, 16);

/** Equal faults of one file are told apart by their order. */
export function withOrdinals<F extends { rule: string; identity: string }>(faults: readonly F[]): F[] {
  const seen = new Map<string, number>();
  return faults.map((fault) => {
    const key = `${fault.rule} ${fault.identity}`;
    const ordinal = (seen.get(key) ?? 0) + 1;
    seen.set(key, ordinal);
    return ordinal === 1 ? fault : { ...fault, identity: `${fault.identity}#${ordinal}` };
  });
}
