import { createHash } from 'node:crypto';

/** Hashes a text without its white space, so that a finding keeps its identity if lines move or are reformatted. */
export const identityOf = (text: string): string =>
  createHash('sha256').update(text.replaceAll(/\s+/g, '')).digest('hex').slice(0, 16);

/** Appends `#2`, `#3`, … to the identities of equal findings in one file. */
export function numberEqualFindings<F extends { rule: string; identity: string }>(findings: readonly F[]): F[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const key = `${finding.rule} ${finding.identity}`;
    const ordinal = (seen.get(key) ?? 0) + 1;
    seen.set(key, ordinal);
    return ordinal === 1 ? finding : { ...finding, identity: `${finding.identity}#${ordinal}` };
  });
}
