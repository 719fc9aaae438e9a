import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, errors } from 'jose';
import type { EncryptionKey } from './encryption-keys.ts';
import { KeyError } from './errors.ts';

/** Encrypts with the active key, and decrypts with any of its keys. */
export interface KeyRing {
  readonly activeKid: string;
  /** Returns a compact JWE (RFC 7516; `dir`, A256GCM) of the value's JSON. */
  encrypt(value: unknown): Promise<string>;
  /** Decrypts a JWE. Throws KeyError when its key is not in the ring (`keys.unknown`) or does not fit (`keys.wrong`). */
  decrypt<T>(jwe: string): Promise<T>;
}

/** Returns the name of the key that a JWE was encrypted with; undefined for text that is not a JWE. */
export const kidOf = (jwe: string): string | undefined => {
  try {
    return decodeProtectedHeader(jwe).kid;
  } catch {
    // The text is no JWE, so it names no key.
    return undefined;
  }
};

/** Creates a key ring whose active key is the first one. */
export function createKeyRing(keys: readonly EncryptionKey[]): KeyRing {
  const [active] = keys;
  if (active === undefined) throw new KeyError('keys.wrong', 'There is no encryption key.');
  const byKid = new Map(keys.map(({ kid, key }) => [kid, key]));
  return {
    activeKid: active.kid,
    encrypt: (value) =>
      new CompactEncrypt(Buffer.from(JSON.stringify(value)))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: active.kid })
        .encrypt(active.key),
    async decrypt<T>(jwe: string): Promise<T> {
      const kid = kidOf(jwe);
      const key = kid === undefined ? undefined : byKid.get(kid);
      if (key === undefined) {
        throw new KeyError(
          'keys.unknown',
          `A stored secret needs the encryption key "${kid}", which is not among the given ones.`,
          {
            hint: `Add "${kid}:…" to ENCRYPTION_KEYS, or put the key file back into DATA_DIR.`,
          },
        );
      }
      try {
        const { plaintext } = await compactDecrypt(jwe, key, {
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
        });
        return JSON.parse(Buffer.from(plaintext).toString('utf8')) as T;
      } catch (cause) {
        if (!(cause instanceof errors.JOSEError)) throw cause;
        throw new KeyError('keys.wrong', `The encryption key "${kid}" is not the one that encrypted this secret.`, {
          hint: 'Two keys have the same name. Give back the one that was used.',
          cause,
        });
      }
    },
  };
}
