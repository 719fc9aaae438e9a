import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const CHECKSUM = 7;

/** Returns whether a CommandCenter token ends with the CRC-32 of its beginning, in Crockford's base 32. */
export function hasApiTokenChecksum(token: string): boolean {
  let rest = crc32(token.slice(0, -CHECKSUM));
  let checksum = '';
  for (; checksum.length < CHECKSUM; rest = Math.floor(rest / ALPHABET.length)) {
    checksum = ALPHABET.charAt(rest % ALPHABET.length) + checksum;
  }
  return token.endsWith(checksum);
}
