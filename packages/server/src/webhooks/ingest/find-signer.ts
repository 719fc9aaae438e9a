import { createHmac, timingSafeEqual } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { WebhookSignature } from '@commandcenter/integration-kit';
import { FairQueue } from './fair-queue.ts';
import type { SecretDirectory, SecretGroup } from './secret-directory.ts';

/** Most secrets that are tried for a request without a hint, and also most that are tried because of hints. */
export const SEARCH_LIMIT = 256;

const MIB = 1024 * 1024;
/** Most bytes that are hashed for one request with the secrets that its hints name: the largest body with five secrets. */
const HINTED_BYTES = 125 * MIB;
const SEARCHED_BYTES = 8 * MIB;
/**
 * Secrets and bytes up to which a search runs at once. A longer search waits for its turn, so that requests that nobody can verify do not
 * delay verified ones.
 */
const AT_ONCE = { secrets: 16, bytes: MIB };
const SEARCH_QUEUE = { tasks: 2000, bytes: 16 * MIB };
/** Bytes that are hashed in one turn of the event loop, which takes about a millisecond. */
const BYTES_OF_TURN = MIB;
/** Fixed cost of one HMAC, expressed as the number of bytes that could be hashed in the same time. */
const BYTES_OF_HMAC = 4096;

export interface SignedRequest {
  scheme: WebhookSignature;
  body: Buffer;
  /** The HMAC that the request contains as its signature. */
  claimed: Buffer;
  /** Network address of the sender. Searches of different addresses take turns. */
  address: string;
}

export type SecretOf = (group: SecretGroup) => string | undefined | Promise<string | undefined>;

export interface SignerSearch {
  /** The secret that signed the request; undefined if none of the tried secrets did. */
  signer: SecretGroup | undefined;
  /** True if no hint led to the signer. */
  wasSearched: boolean;
  /** False if there are more secrets than may be tried. */
  isComplete: boolean;
}

export interface SignerFinder {
  /** Tries all secrets of one integration. */
  ofIntegration(request: SignedRequest, directory: SecretDirectory, integrationId: number): Promise<SignerSearch>;
  /**
   * Tries the secrets of a type: first those that the hints name, then others within a limit of secrets and bytes. Rejects with
   * QueueFullError if too many requests wait for such a search.
   */
  ofType(
    request: SignedRequest,
    directory: SecretDirectory,
    type: string,
    hinted: readonly SecretGroup[],
  ): Promise<SignerSearch>;
}

export function createSignerFinder(secretOf: SecretOf): SignerFinder {
  const queue = new FairQueue(SEARCH_QUEUE);

  /**
   * Returns the first of these secrets, with its integrations, that made the signature of the body. Each comparison takes constant time.
   */
  const firstOf = async (
    { scheme, body, claimed }: SignedRequest,
    groups: Iterable<SecretGroup>,
  ): Promise<SecretGroup | undefined> => {
    let hashed = 0;
    for (const group of groups) {
      const found = secretOf(group);
      const secret = typeof found === 'object' ? await found : found;
      // Skip an empty secret, because it would let anyone sign.
      if (secret === undefined || secret === '') continue;
      if (timingSafeEqual(claimed, createHmac(scheme.algorithm, secret).update(body).digest())) return group;
      hashed += body.length + BYTES_OF_HMAC;
      if (hashed < BYTES_OF_TURN) continue;
      hashed = 0;
      await setImmediate();
    }
    return undefined;
  };

  return {
    async ofIntegration(request, directory, integrationId) {
      const signer = await firstOf(request, directory.groupsOfIntegration(integrationId));
      return { signer, wasSearched: false, isComplete: true };
    },
    async ofType(request, directory, type, hinted) {
      const { body, address } = request;
      const named = await firstOf(request, hinted.slice(0, timesWithin(HINTED_BYTES, body)));
      if (named !== undefined) return { signer: named, wasSearched: false, isComplete: true };
      const tried = new Set(hinted);
      const others = directory.searched(type, SEARCH_LIMIT).filter((group) => !tried.has(group));
      const searched = others.slice(0, timesWithin(SEARCHED_BYTES, body));
      const atOnce = Math.min(AT_ONCE.secrets, timesWithin(AT_ONCE.bytes, body));
      const later = searched.slice(atOnce);
      const signer =
        (await firstOf(request, searched.slice(0, atOnce))) ??
        (later.length === 0 ? undefined : await queue.run(address, body.length, () => firstOf(request, later)));
      const isComplete = tried.size + searched.length >= directory.groupsOf(type).size;
      return { signer, wasSearched: true, isComplete };
    },
  };
}

/**
 * Returns how many times the body may be hashed within this number of bytes. At least once, so that a single secret is tried even on the
 * largest body.
 */
const timesWithin = (bytes: number, body: Buffer): number => Math.max(1, Math.floor(bytes / Math.max(1, body.length)));
