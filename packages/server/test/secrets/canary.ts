import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** A secret that is recognized in any text. */
export interface Canary {
  name: string;
  /** The secret itself, as it is sent. */
  value: string;
  /** Texts in lower case by which the secret is recognized: a part of it in plain text, in base64 and in hexadecimal digits. */
  traces: readonly string[];
}

/** Creates a canary with characters that JSON, URLs and forms encode differently. Its end occurs in no other text. */
export function newCanary(name: string, before = 'canary/+%"x&'): Canary {
  const core = randomBytes(12).toString('hex');
  return { name, value: before + core, traces: tracesOf(core) };
}

/** Creates a canary from an existing secret. `core` is an identifying part without characters that an encoding changes. */
export const canaryOf = (name: string, value: string, core: string): Canary => ({
  name,
  value,
  traces: tracesOf(core),
});

/** Creates a private key that is recognized by any text with one of its lines. */
export function newPrivateKey(name: string): Canary {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const value = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const line = value.split('\n')[8] ?? '';
  const bytes = Buffer.from(line, 'base64').toString('hex');
  return { name, value, traces: [...tracesOf(line), encodeURIComponent(line).toLowerCase(), bytes] };
}

/** Creates an encryption key of 32 bytes in base64, in the form `<id>:<key>`. */
export function newEncryptionKey(name: string): Canary {
  const bytes = randomBytes(32);
  const texts = [bytes.toString('base64').slice(0, 42), bytes.toString('base64url').slice(0, 42)];
  const traces = texts.flatMap((text) => [...tracesOf(text), encodeURIComponent(text).toLowerCase()]);
  return { name, value: `canary:${bytes.toString('base64')}`, traces: [...traces, bytes.toString('hex')] };
}

function tracesOf(core: string): string[] {
  const bytes = Buffer.from(core);
  // Base64 writes three bytes as four characters. Encode the core of the secret at each of the three positions in such a group, and keep
  // the characters that do not depend on the neighboring bytes.
  const encoded = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
  return [core, ...encoded, bytes.toString('hex')].map((trace) => trace.toLowerCase());
}
