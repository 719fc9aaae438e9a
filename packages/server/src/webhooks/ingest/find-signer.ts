import { createHmac, timingSafeEqual } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { WebhookSignature } from '@commandcenter/integration-kit';
import { FairQueue } from './fair-queue.ts';
import type { SecretDirectory, SecretGroup } from './secret-directory.ts';

/** The most secrets that are tried without a hint, and as many again with one. */
export const SEARCH_LIMIT = 256;

const MIB = 1024 * 1024;
/** Bytes that are hashed for one request with the secrets that its hints name: the largest body with five of them. */
const HINTED_BYTES = 125 * MIB;
const SEARCHED_BYTES = 8 * MIB;
/** A search beyond this waits for its turn, so that requests nobody can verify do not keep verified ones waiting. */
const AT_ONCE = { secrets: 16, bytes: MIB };
const SEARCH_QUEUE = { tasks: 2000, bytes: 16 * MIB };
/** Hashing blocks the event loop for about a millisecond before others get their turn. */
const BYTES_OF_TURN = MIB;
/** The cost of one HMAC beside its bytes, as if they were bytes. */
const BYTES_OF_HMAC = 4096;

export interface SignedRequest {
  scheme: WebhookSignature;
  body: Buffer;
  /** The digest that the request claims. */
  claimed: Buffer;
  /** The sender's, among which searches take turns. */
  address: string;
}

export type SecretOf = (group: SecretGroup) => string | undefined | Promise<string | undefined>;

export interface SignerSearch {
  /** Undefined when none of the secrets that were tried signs the request. */
  signer: SecretGroup | undefined;
  /** True when no hint led to the signer. */
  wasSearched: boolean;
  /** False when there are more secrets than may be tried. */
  isComplete: boolean;
}

export interface SignerFinder {
  /** Tries the secrets of one integration. */
  ofIntegration(request: SignedRequest, directory: SecretDirectory, integrationId: number): Promise<SignerSearch>;
  /**
   * Tries the secrets of a type: those that are hinted, then others within a limit of secrets and bytes. Rejects with QueueFullError when
   * too many requests wait for that.
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

  /** The first group whose secret signs the body as claimed. Each comparison takes constant time. */
  const firstOf = async (
    { scheme, body, claimed }: SignedRequest,
    groups: Iterable<SecretGroup>,
  ): Promise<SecretGroup | undefined> => {
    let hashed = 0;
    for (const group of groups) {
      const found = secretOf(group);
      const secret = typeof found === 'object' ? await found : found;
      // An empty secret would let anyone sign.
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

/** Once at least: a single secret is tried on the largest body. */
const timesWithin = (bytes: number, body: Buffer): number => Math.max(1, Math.floor(bytes / Math.max(1, body.length)));
