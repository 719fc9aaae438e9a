import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { IntegrationRateLimitError } from '@commandcenter/integration-kit';
import type { Database } from '../../database/database.ts';
import type { Logger } from '../../logging.ts';
import { block, claimWrite, readBlock, releaseWrite, renewWrite } from './credential-gate-queries.ts';

/** Longest wait in milliseconds inside a call. For a longer one the caller gets an IntegrationRateLimitError and comes back later. */
const LONGEST_SLEEP_MS = 5000;
const LONGEST_PACE_SLEEP_MS = 15_000;
/**
 * Length of a write lease in milliseconds. The lease is renewed during the request, so that it ends soon after its process died, but not
 * while the request lasts.
 */
const WRITE_LEASE_MS = 10_000;
const LEASE_POLL_MS = 60;

export type CallKind = 'read' | 'write' | 'create';

/**
 * Decides when requests with one credential may be sent, in all processes together: none while the provider requested a wait, and writes
 * one at a time at a limited pace.
 */
export interface CredentialGate {
  /**
   * Resolves when the request may be sent. Call the returned function when the request has ended. Throws IntegrationRateLimitError if the
   * wait would be long.
   */
  pass(kind: CallKind, signal: AbortSignal): Promise<() => Promise<void>>;
  block(waitMs: number, reason: string): Promise<void>;
}

export interface CredentialGates {
  /** `integration`: the one that asks, for the log. */
  of(credentialKey: string, integration: number): CredentialGate;
}

export function createCredentialGates(db: Database, clock: { now(): Date }, log: Logger): CredentialGates {
  const processId = randomUUID();
  const queues = new Map<string, Promise<void>>();
  let claims = 0;

  const rateLimited = (waitMs: number, reason: string): IntegrationRateLimitError =>
    new IntegrationRateLimitError(
      `No request may go out for another ${Math.ceil(waitMs / 1000)} s: ${reason}.`,
      new Date(clock.now().getTime() + Math.ceil(waitMs)),
      { hint: 'It goes on by itself.' },
    );

  const passRead = async (credentialKey: string, signal: AbortSignal): Promise<void> => {
    for (
      let closed = await readBlock(db, credentialKey);
      closed !== null;
      closed = await readBlock(db, credentialKey)
    ) {
      if (closed.waitMs > LONGEST_SLEEP_MS) throw rateLimited(closed.waitMs, closed.reason);
      await sleep(closed.waitMs + 5, undefined, { signal });
    }
  };

  const claim = async (credentialKey: string, owner: string, create: boolean, signal: AbortSignal): Promise<void> => {
    for (;;) {
      signal.throwIfAborted();
      const outcome = await claimWrite(db, { credentialKey, owner, create, leaseMs: WRITE_LEASE_MS });
      if (outcome.granted) return;
      if (outcome.because === 'blocked' && outcome.waitMs > LONGEST_SLEEP_MS)
        throw rateLimited(outcome.waitMs, outcome.reason);
      if (outcome.because === 'pace' && outcome.waitMs > LONGEST_PACE_SLEEP_MS)
        throw rateLimited(outcome.waitMs, outcome.reason);
      const pause =
        outcome.because === 'lease' ? Math.min(outcome.waitMs, LEASE_POLL_MS * (0.5 + Math.random())) : outcome.waitMs;
      await sleep(pause + 5, undefined, { signal });
    }
  };

  /**
   * Waits until the earlier writes of this process have ended, so that only one write per credential asks the database. The returned
   * function lets the next one pass.
   */
  const enqueue = async (credentialKey: string): Promise<() => void> => {
    const before = queues.get(credentialKey);
    const { promise, resolve } = Promise.withResolvers<void>();
    queues.set(credentialKey, promise);
    await before;
    return () => {
      if (queues.get(credentialKey) === promise) queues.delete(credentialKey);
      resolve();
    };
  };

  /**
   * Renews the write lease while the call lasts. A call whose lease is lost goes on: if it were aborted, nobody would know whether the
   * provider has carried it out, while two writes at once cost at most a wait that the provider names. An intent, which must not be sent
   * twice, has a lease of its own.
   */
  const watchLease = (credentialKey: string, owner: string, integration: number): { stop(): void; lost(): void } => {
    let isWarned = false;
    const warnOnce = (details: object, what: string): void => {
      if (isWarned) return;
      isWarned = true;
      log.warn(
        { integration, ...details },
        `${what}. Another process may write with the same credential before this call ends, and the provider may ask to wait`,
      );
    };
    let isStopped = false;
    const lost = (): void => {
      stop();
      warnOnce({}, 'the write lease of a credential was lost in the middle of a call');
    };
    const heartbeat = setInterval(() => {
      renewWrite(db, credentialKey, owner, WRITE_LEASE_MS).then(
        (isHeld) => {
          if (!isHeld && !isStopped) lost();
        },
        (error: unknown) => warnOnce({ err: error }, 'the write lease of a credential could not be renewed'),
      );
    }, WRITE_LEASE_MS / 3);
    const stop = (): void => {
      isStopped = true;
      clearInterval(heartbeat);
    };
    return { stop, lost };
  };

  return {
    of: (credentialKey, integration) => ({
      async pass(kind, signal) {
        if (kind === 'read') {
          await passRead(credentialKey, signal);
          return async () => {};
        }
        const leave = await enqueue(credentialKey);
        claims += 1;
        const owner = `${processId}:${claims}`;
        try {
          await claim(credentialKey, owner, kind === 'create', signal);
        } catch (error) {
          leave();
          throw error;
        }
        const lease = watchLease(credentialKey, owner, integration);
        return async () => {
          lease.stop();
          try {
            if (!(await releaseWrite(db, credentialKey, owner))) lease.lost();
          } catch (error) {
            // The response of the call counts, and the lease ends by itself.
            log.warn(
              { err: error, integration },
              'the write lease of a credential could not be given back; it ends by itself',
            );
          } finally {
            leave();
          }
        };
      },
      block: (waitMs, reason) => block(db, credentialKey, waitMs, reason),
    }),
  };
}
