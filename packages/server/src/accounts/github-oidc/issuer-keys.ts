import { type CryptoKey, errors, type JWTHeaderParameters } from 'jose';
import { RecentCache } from '../../recent-cache.ts';
import { ISSUER_REST_MS, invalidIssuer } from './issuer-failure.ts';
import { type KeySet, readKeySet } from './read-key-set.ts';

export interface IssuerKeys {
  /**
   * The public key of this issuer that a token's header names. The caller has made sure that the issuer is one to be asked.
   * Throws ApiError 502 or 503 when its keys cannot be read, an error of jose's when it has no such key.
   */
  find(issuer: string, header: JWTHeaderParameters): Promise<CryptoKey>;
}

export interface IssuerKeysOptions {
  /** Guarded: the issuer is an address that somebody wrote down. */
  fetch: typeof fetch;
  clock: { now(): Date };
}

/** Keys that an issuer took back are not believed for longer. */
const FRESH_MS = 600_000;
/** A key that is not there may have been added since; whoever makes keys up costs one look in this time. */
const LOOK_AGAIN_MS = 30_000;
const MOST_ISSUERS = 100;
const LEAST_RSA_BITS = 2048;

interface Issuer {
  keys?: { set: KeySet; readAt: number };
  reading?: Promise<KeySet> | undefined;
  failed?: { error: unknown; at: number } | undefined;
  lookedAgainAt: number;
}

/** The key sets of issuers, kept for a while. Requests that need the same one at once share one reading. */
export function createIssuerKeys({ fetch, clock }: IssuerKeysOptions): IssuerKeys {
  const issuers = new RecentCache<string, Issuer>(MOST_ISSUERS);
  const now = (): number => clock.now().getTime();

  const read = async (name: string, issuer: Issuer): Promise<KeySet> => {
    if (issuer.failed !== undefined && now() - issuer.failed.at < ISSUER_REST_MS) throw issuer.failed.error;
    issuer.reading ??= readKeySet(fetch, name)
      .then(
        (set) => {
          issuer.keys = { set, readAt: now() };
          issuer.failed = undefined;
          return set;
        },
        (error) => {
          issuer.failed = { error, at: now() };
          throw error;
        },
      )
      .finally(() => {
        issuer.reading = undefined;
      });
    return issuer.reading;
  };

  const open = (name: string): Issuer => {
    const issuer = issuers.get(name) ?? { lookedAgainAt: Number.NEGATIVE_INFINITY };
    issuers.set(name, issuer);
    return issuer;
  };

  return {
    async find(name, header) {
      const issuer = open(name);
      const { keys } = issuer;
      const set = keys !== undefined && now() - keys.readAt < FRESH_MS ? keys.set : await read(name, issuer);
      try {
        return await keyOf(name, set, header);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        // A read that is under way, or has ended since, is used instead of a further one.
        if (issuer.reading === undefined && issuer.keys?.set === set) {
          if (now() - issuer.lookedAgainAt < LOOK_AGAIN_MS) throw error;
          issuer.lookedAgainAt = now();
        }
        const newer = issuer.keys?.set;
        return await keyOf(name, newer === undefined || newer === set ? await read(name, issuer) : newer, header);
      }
    },
  };
}

async function keyOf(issuer: string, set: KeySet, header: JWTHeaderParameters): Promise<CryptoKey> {
  let key: CryptoKey;
  try {
    key = await set(header);
  } catch (error) {
    if (error instanceof errors.JOSEError) throw error;
    throw invalidIssuer(issuer, `its key "${header.kid}" is none`, error);
  }
  const { modulusLength = LEAST_RSA_BITS } = key.algorithm as { modulusLength?: number };
  if (modulusLength >= LEAST_RSA_BITS) return key;
  throw invalidIssuer(issuer, `its key "${header.kid}" has ${modulusLength} bits, and ${LEAST_RSA_BITS} are needed`);
}
