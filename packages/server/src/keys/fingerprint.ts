import { createHmac } from 'node:crypto';

/**
 * A keyed fingerprint: equal only for equal secrets, of no use to whoever reads the database. Parts are length-prefixed, so that
 * ('ab', 'c') and ('a', 'bc') differ.
 */
export function fingerprintOf(key: Buffer, ...parts: readonly string[]): Buffer {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(`${Buffer.byteLength(part)}:`).update(part);
  return hmac.digest();
}
