import type { Logger } from 'pino';
import { type Loop, startLoop } from '../../background/loop.ts';
import type { Database } from '../../database/database.ts';
import { dropIdleGates } from '../credentials/credential-gate-queries.ts';
import { dueProbes } from '../integration-queries.ts';
import { findStranded, resume } from '../integration-work-queries.ts';
import { dropEndedWebhookSecrets } from '../webhook-secret-queries.ts';

const INTERVAL_MS = 1000;
const AT_ONCE = 8;
const TIDY_EVERY_MS = 30_000;

export interface ProberOptions {
  db: Database;
  log: Logger;
  /** Tests one integration unless another process does. A failed test does not throw. */
  probe(integrationId: number, signal: AbortSignal): Promise<void>;
}

/** Starts a loop that tests integrations that are down, resumes work that waits without a reason, and deletes what is no longer used. */
export function startProber({ db, log, probe }: ProberOptions): Loop {
  let tidiedAt = Number.NEGATIVE_INFINITY;
  return startLoop({
    name: 'integration-prober',
    log,
    intervalMs: INTERVAL_MS,
    async step(signal) {
      if (performance.now() - tidiedAt > TIDY_EVERY_MS) {
        for (const id of await findStranded(db)) await resume(db, id);
        await dropIdleGates(db);
        await dropEndedWebhookSecrets(db);
        tidiedAt = performance.now();
      }
      const { ids, nextMs } = await dueProbes(db, AT_ONCE);
      await Promise.all(ids.map((id) => probe(id, signal)));
      return ids.length === AT_ONCE ? 'more' : (nextMs ?? 'idle');
    },
  });
}
