import { createHmac } from 'node:crypto';

/**
 * Returns a keyed hash that is equal only for equal secrets, and that reveals nothing to a reader of the database. Parts are
 * length-prefixed, so that ('ab', 'c') and ('a', 'bc') differ.
 */
export function fingerprintOf(key: Buffer, ...parts: readonly string[]): Buffer {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(`${Buffer.byteLength(part)}:`).update(part);
  return hmac.digest();
}
