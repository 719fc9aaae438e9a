import { createHash } from 'node:crypto';

const GUESSABLE_HEX = 4;
const RANDOM_HEX = 32;

/**
 * What tells a secret from the others of its rule and file, and tells nobody what it is. A token of 80 random bits and more cannot be
 * found from its hash. A password can, whatever the hash, by trying those that people use: so only 16 bits of its hash are kept, which
 * a hundred of any list of some million share. They suffice to tell apart the few passwords of one file.
 */
export function secretIdentity(rule: string, secret: string, guessable: boolean): string {
  const hash = createHash('sha256').update(`${rule}\0`).update(secret, 'latin1').digest('hex');
  return hash.slice(0, guessable ? GUESSABLE_HEX : RANDOM_HEX);
}

/** At most its first four characters, and fewer of a short one: what is printed of a secret. */
export function beginningOf(secret: string, guessable: boolean): string {
  const characters = [...Buffer.from(secret, 'latin1').toString()];
  const shown = Math.min(4, Math.floor(characters.length / (guessable ? 8 : 4)));
  return characters
    .slice(0, shown)
    .join('')
    .replace(/[^!-~]/g, '?');
}
