import type { WebhookHint } from '@commandcenter/integration-kit';
import { type Loop, startLoop } from '../../background/loop.ts';
import type { Database } from '../../database/database.ts';
import type { Logger } from '../../logging.ts';
import { type LearnedHint, markSecretsVerified, saveLearnedHints } from './learned-hint-queries.ts';
import type { Recipient } from './recipients.ts';
import type { SecretDirectory, SecretGroup } from './secret-directory.ts';

const SAVE_INTERVAL_MS = 1000;
/** Most hints that wait to be saved. Further hints are learned from a later delivery. */
const WAITING_LIMIT = 1000;
const MARK_VERIFIED_EVERY_MS = 60_000;
const LONGEST_HINT = 300;

export interface VerifiedSender {
  directory: SecretDirectory;
  /** The secret that verified the request. */
  group: SecretGroup;
  recipients: readonly Recipient[];
  /** Hints of the request to remember, so that the next request finds its secret by them. */
  hints: readonly WebhookHint[];
  isPing: boolean;
}

export interface HintLearner {
  /**
   * Remembers the hints of a verified request for its recipients, and when their secrets verified it. Waits for nothing: it works in
   * memory.
   */
  learn(sender: VerifiedSender): void;
  close(): Promise<void>;
}

/** Learns hints and times of verification from verified requests: in memory at once, and in the database a moment later. */
export function createHintLearner({
  db,
  clock,
  log,
}: {
  db: Database;
  clock: { now(): Date };
  log: Logger;
}): HintLearner {
  let hintsToSave: LearnedHint[] = [];
  const verified = new Set<number>();
  const markedAt = new Map<number, number>();

  const saver: Loop = startLoop({
    name: 'learned-hints',
    log,
    intervalMs: SAVE_INTERVAL_MS,
    async step() {
      const hints = hintsToSave;
      const secretIds = [...verified];
      hintsToSave = [];
      verified.clear();
      try {
        if (hints.length > 0) await saveLearnedHints(db, hints);
        if (secretIds.length > 0) await markSecretsVerified(db, secretIds, clock.now());
      } catch (error) {
        // The loop logs it and runs again: what could not be saved is saved then, as far as there is room for it.
        hintsToSave = [...hints, ...hintsToSave].slice(0, WAITING_LIMIT);
        for (const secretId of secretIds) verified.add(secretId);
        throw error;
      }
      return 'idle';
    },
  });

  const markVerified = (secretId: number, now: number): void => {
    if (now - (markedAt.get(secretId) ?? 0) < MARK_VERIFIED_EVERY_MS) return;
    if (markedAt.size > 100_000) markedAt.clear();
    markedAt.set(secretId, now);
    verified.add(secretId);
  };

  return {
    learn({ directory, group, recipients, hints, isPing }) {
      const now = clock.now().getTime();
      group.lastVerifiedAt = now;
      for (const { integrationId, secretId } of recipients) {
        markVerified(secretId, now);
        for (const { kind, value } of hints) {
          const known = directory.hint(integrationId, group.type, { kind, value });
          if (known !== undefined && (!isPing || known.pinged || !known.learned)) continue;
          if (hintsToSave.length >= WAITING_LIMIT || value.length > LONGEST_HINT) continue;
          directory.addHint(integrationId, { kind, value, learned: true, pinged: isPing });
          hintsToSave.push({ integrationId, type: group.type, kind, value, pinged: isPing });
        }
      }
    },
    async close() {
      await saver.stop();
    },
  };
}
