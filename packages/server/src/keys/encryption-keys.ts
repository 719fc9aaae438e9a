import { randomBytes } from 'node:crypto';
import { KeyError } from './errors.ts';

/** One key of ENCRYPTION_KEYS. */
export interface EncryptionKey {
  /** Its name, kept in the header of everything it encrypts. */
  kid: string;
  /** 32 bytes. */
  key: Buffer;
}

const RIGHT = 'Right: kid:base64-of-32-bytes, several separated by commas; make one with `openssl rand -base64 32`.';

/** Reads `kid:base64[,kid:base64…]`, the active key first. `source` names where it stands, for the error. */
export function parseEncryptionKeys(text: string, source = 'ENCRYPTION_KEYS'): EncryptionKey[] {
  const keys = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry, index) => parseEntry(entry, index, source));
  if (keys.length === 0) throw new KeyError('keys.wrong', `${source} names no key. ${RIGHT}`);
  const twice = keys.find(({ kid }, index) => keys.findIndex((other) => other.kid === kid) !== index);
  if (twice !== undefined)
    throw new KeyError('keys.wrong', `${source} names the key "${twice.kid}" twice. Give every key its own name.`);
  return keys;
}

function parseEntry(entry: string, index: number, source: string): EncryptionKey {
  const [, kid, encoded] = /^([A-Za-z0-9._-]{1,64}):([A-Za-z0-9+/]+=*)$/.exec(entry) ?? [];
  // The entry itself is a secret and is not repeated.
  if (kid === undefined || encoded === undefined) {
    throw new KeyError('keys.wrong', `Entry ${index + 1} of ${source} is not of the form kid:base64. ${RIGHT}`);
  }
  const key = Buffer.from(encoded, 'base64');
  if (key.length !== 32) {
    throw new KeyError('keys.wrong', `The key "${kid}" of ${source} has ${key.length} bytes instead of 32. ${RIGHT}`);
  }
  return { kid, key };
}

export const formatEncryptionKeys = (keys: readonly EncryptionKey[]): string =>
  keys.map(({ kid, key }) => `${kid}:${key.toString('base64')}`).join(',');

/** A new random key, named after the day it was made. */
export const generateEncryptionKey = (now: Date): EncryptionKey => ({
  kid: `${now.toISOString().slice(0, 10)}-${randomBytes(3).toString('hex')}`,
  key: randomBytes(32),
});
