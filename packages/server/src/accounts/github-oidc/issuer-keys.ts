import { type CryptoKey, errors, type JWTHeaderParameters } from 'jose';
import { RecentCache } from '../../recent-cache.ts';
import { ISSUER_REST_MS, invalidIssuer } from './issuer-failure.ts';
import { type KeySet, readKeySet } from './read-key-set.ts';

export interface IssuerKeys {
  /**
   * Finds the issuer's public key that a token's header names. The caller has checked that requests to this issuer are allowed. Throws
   * ApiError 502 or 503 when the issuer's keys cannot be read, and an error of jose when the issuer has no such key.
   */
  find(issuer: string, header: JWTHeaderParameters): Promise<CryptoKey>;
}

export interface IssuerKeysOptions {
  /** A fetch that refuses private addresses outside of EGRESS_ALLOW, because the issuer's address was entered by a user. */
  fetch: typeof fetch;
  clock: { now(): Date };
}

/** Time in ms for which a key set is used after it was read. A key that the issuer has revoked is accepted for at most this long. */
const FRESH_MS = 600_000;
/**
 * Least time in ms between two reads of an issuer's keys because of an unknown key id: the key may be new, but made-up key ids must not
 * cause more reads than this.
 */
const LOOK_AGAIN_MS = 30_000;
const MOST_ISSUERS = 100;
const LEAST_RSA_BITS = 2048;

interface Issuer {
  keys?: { set: KeySet; readAt: number };
  reading?: Promise<KeySet> | undefined;
  failed?: { error: unknown; at: number } | undefined;
  lookedAgainAt: number;
}

/** Creates a cache of the issuers' key sets. Requests that need the same key set at the same time share one read. */
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
        // A read of the keys that is running, or that ended since, is used instead of starting another one.
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
