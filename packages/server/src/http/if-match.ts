import { invalid } from '../errors.ts';

/** Returns the `ETag` of an object with this version. */
export const etagOf = (version: number): string => `"${version}"`;

/** A version that no object has, for a tag in If-Match that cannot be a version. */
const NEVER = -1;
const TAG = /^(?:W\/)?"([\x21\x23-\x7e]*)"$|^(\d+)$/;

/**
 * Returns the version that an edit expects by `If-Match` (RFC 9110, 13.1.1); undefined when it accepts any. Weak tags are accepted,
 * because proxies that compress make tags weak, while the version stays the same.
 *
 * @param current the version that was read; it is needed only for a list of several tags
 */
export function expectedVersion(header: string | undefined, current: number): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const versions = header.split(',').map((tag) => versionOf(tag.trim()));
  return versions.includes(current) ? current : (versions[0] ?? NEVER);
}

/** Returns true when `If-None-Match` names this version. */
export function hasVersion(header: string | undefined, version: number): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((tag) => TAG.exec(tag.trim())?.[1] === String(version));
}

function versionOf(tag: string): number {
  const match = TAG.exec(tag);
  if (match === null) {
    throw invalid([{ pointer: '/If-Match', message: 'must be the ETag of the object, such as "3", or *' }]);
  }
  const text = match[1] ?? match[2] ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : NEVER;
}
