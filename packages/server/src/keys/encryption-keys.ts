import { randomBytes } from 'node:crypto';
import { KeyError } from './errors.ts';

/** One of the keys in ENCRYPTION_KEYS or the key file. */
export interface EncryptionKey {
  /** Name of the key, which is stored in the header of everything that the key encrypts. */
  kid: string;
  /** The key itself, 32 bytes. */
  key: Buffer;
}

const RIGHT = 'Right: kid:base64-of-32-bytes, several separated by commas; make one with `openssl rand -base64 32`.';

/** Parses `kid:base64[,kid:base64…]`, the active key first. Throws KeyError, in which `source` names where the text comes from. */
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
  // Do not repeat the entry in the error, because it is a secret.
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

/** Generates a random key, named after the current day. */
export const generateEncryptionKey = (now: Date): EncryptionKey => ({
  kid: `${now.toISOString().slice(0, 10)}-${randomBytes(3).toString('hex')}`,
  key: randomBytes(32),
});
