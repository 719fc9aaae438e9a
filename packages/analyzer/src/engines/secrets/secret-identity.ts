import { createHash } from 'node:crypto';

const GUESSABLE_HEX = 4;
const RANDOM_HEX = 32;

/**
 * Returns an identity that distinguishes secrets of a rule and file without revealing them. A token with at least 80
 * random bits cannot be found from its hash, but a password can, by hashing lists of common ones. Therefore only 16
 * bits of its hash are used: of a list of millions, about a hundred passwords share each value. This is enough to
 * distinguish the few passwords in one file.
 */
export function secretIdentity(rule: string, secret: string, guessable: boolean): string {
  const hash = createHash('sha256').update(`${rule}\0`).update(secret, 'latin1').digest('hex');
  return hash.slice(0, guessable ? GUESSABLE_HEX : RANDOM_HEX);
}

/** Returns the first characters of a secret for messages: at most four, and fewer of a short one. */
export function visiblePrefix(secret: string, guessable: boolean): string {
  const characters = [...Buffer.from(secret, 'latin1').toString()];
  const shown = Math.min(4, Math.floor(characters.length / (guessable ? 8 : 4)));
  return characters
    .slice(0, shown)
    .join('')
    .replace(/[^!-~]/g, '?');
}
