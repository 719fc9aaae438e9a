import { invalid } from '../errors.ts';

/** `ETag` of an object with a version. */
export const etagOf = (version: number): string => `"${version}"`;

/** No version at all: what an If-Match names that cannot be one. */
const NEVER = -1;
const TAG = /^(?:W\/)?"([\x21\x23-\x7e]*)"$|^(\d+)$/;

/**
 * The version that an edit expects, by `If-Match` (RFC 9110, 13.1.1); undefined where any will do. Weak tags count: proxies that
 * compress make tags weak, and a version says the same either way.
 *
 * @param current the version as it was read; only a list of several tags needs it
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
