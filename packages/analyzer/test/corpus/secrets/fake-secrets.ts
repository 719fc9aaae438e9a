import { createHash } from 'node:crypto';

/**
 * Fake secrets in realistic formats. They are generated at runtime, because code hosts reject repositories that contain
 * such text, and our own analysis would report it.
 */
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
export const HEX = '0123456789abcdef';
export const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Generates a text that looks random and depends only on the seed. */
export function made(length: number, seed: string, alphabet = BASE62): string {
  let text = '';
  for (let block = 0; text.length < length; block += 1) {
    for (const byte of createHash('sha256').update(`${seed} ${block}`).digest())
      text += alphabet.charAt(byte % alphabet.length);
  }
  return text.slice(0, length);
}

export const madeGithubToken = (seed: string): string => `ghp_${made(36, seed)}`;

const dashes = '-----';

/** Builds a PEM block with the given label and random base64. */
export function madePem(label: string, seed: string, headers = ''): string {
  const lines = made(64 * 12, seed, `${BASE62}+/`).match(/.{64}/g) ?? [];
  return `${dashes}BEGIN ${label}${dashes}\n${headers}${lines.join('\n')}\n${dashes}END ${label}${dashes}\n`;
}

export function madeJwt(claims: Record<string, unknown>, seed: string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.${made(43, seed)}`;
}
