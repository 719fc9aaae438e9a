import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const CHECKSUM = 7;

/** Whether the end of a CommandCenter token is the CRC-32 of what stands before it, in Crockford's base 32. */
export function hasApiTokenChecksum(token: string): boolean {
  let rest = crc32(token.slice(0, -CHECKSUM));
  let checksum = '';
  for (; checksum.length < CHECKSUM; rest = Math.floor(rest / ALPHABET.length)) {
    checksum = ALPHABET.charAt(rest % ALPHABET.length) + checksum;
  }
  return token.endsWith(checksum);
}
