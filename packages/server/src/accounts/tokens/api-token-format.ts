import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const RANDOM_BYTES = 20;
const RANDOM_LENGTH = 32;
const CHECKSUM_LENGTH = 7;
const SHAPE = new RegExp(`^cct_[${ALPHABET}]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`);

/** Number of characters of a token that are stored readably, so that people can tell their tokens apart. */
const PREFIX_LENGTH = 8;

/**
 * Formats a token: `cct_`, 160 random bits and a CRC-32 of the text before it, both in Crockford's base 32. The checksum reveals a
 * mistyped or cut token, and a false alarm of a secret scanner, without a query of the database.
 */
export function formatApiToken(random: Buffer): string {
  if (random.length !== RANDOM_BYTES) throw new RangeError(`An API token needs ${RANDOM_BYTES} random bytes`);
  const body = `cct_${base32(BigInt(`0x${random.toString('hex')}`), RANDOM_LENGTH)}`;
  return body + checksum(body);
}

/** Returns true for text that has the format of an API token and a correct checksum. */
export function looksLikeApiToken(text: string): boolean {
  return SHAPE.test(text) && text.endsWith(checksum(text.slice(0, -CHECKSUM_LENGTH)));
}

export const apiTokenPrefix = (token: string): string => token.slice(0, PREFIX_LENGTH);

/** Returns the hash under which a token is stored. 160 random bits need no salt and no slow hash. */
export const hashApiToken = (token: string): Buffer => createHash('sha256').update(token).digest();

const checksum = (body: string): string => base32(BigInt(crc32(body)), CHECKSUM_LENGTH);

function base32(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest >>= 5n) text = `${ALPHABET[Number(rest & 31n)]}${text}`;
  return text;
}
