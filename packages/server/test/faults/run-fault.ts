import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { waitFor } from '../harness/wait-for.ts';
import { countImported, countOutcome, type Outcome } from './count-outcome.ts';
import type { Fault } from './fault.ts';
import { HonestSender, isStored, type SentDelivery } from './honest-sender.ts';
import { seedSystem } from './seed-system.ts';
import { FaultySystem, WEBHOOK_SECRET } from './system.ts';

export interface FaultReport extends Outcome {
  name: string;
  sent: number;
  acknowledged: number;
  /** Number of refused deliveries by status and error code. */
  refused: Map<string, number>;
  unreachable: number;
  unanswered: number;
  /** The longest time in seconds, from the beginning of the fault, in which no delivery was acknowledged. */
  pauseSeconds: number;
  /** Seconds from the end of the fault until every delivery was processed, including those that were sent again. */
  workedOffSeconds: number;
  /** The longest start in seconds of a process during the fault; absent if none was started. */
  startSeconds?: number;
  /** Seconds until another worker had taken over the work that the failed one had claimed; absent if it had claimed nothing. */
  takeoverSeconds?: number;
}

export interface RunFaultOptions {
  perSecond: number;
  /** True to fill the database with history for the faults that have `seeded`. */
  seed: boolean;
}

const LONGEST_RECOVERY_MS = 180_000;
/** Milliseconds for which deliveries go on after the fault. */
const AROUND_MS = 1000;

/** Injects one fault while an honest sender sends deliveries, and returns the counts of what happened. */
export async function runFault(fault: Fault, { perSecond, seed }: RunFaultOptions): Promise<FaultReport> {
  await using system = await FaultySystem.start(fault.layout, fault);
  if (seed && fault.seeded) await seedSystem(system.databaseUrl);
  await fault.prepare?.(system);
  const sender = new HonestSender(system.targets, WEBHOOK_SECRET);
  try {
    sender.start(perSecond);
    await waitFor('the first acknowledgements', () => sender.sent.filter(isStored).length >= perSecond);
    const startsBefore = [...system.servers.values()].map(({ startSeconds }) => startSeconds.length);

    const faultAt = performance.now();
    const claimed = await system.claimant();
    await fault.inject(system);
    const takenOver = claimed === undefined ? undefined : untilTakenOver(system, claimed);
    if (fault.holdMs !== undefined) await sleep(fault.holdMs);
    await fault.end?.(system);
    const overAt = performance.now();
    const isAfter = (delivery: SentDelivery): boolean => isStored(delivery) && delivery.sentAt > overAt;
    await waitFor('an acknowledgement after the fault', () => sender.sent.some(isAfter), LONGEST_RECOVERY_MS);
    const takeoverSeconds = await takenOver;
    for (const server of system.servers.values()) await server.ready();
    await sleep(AROUND_MS);
    await sender.stop();

    const counts = countResponses(sender.sent);
    const pauseSeconds = longestPause(sender.sent, faultAt);
    await sender.redeliver();
    const outcome = await system.withDatabase(async (client) => {
      await untilWorkedOff(client);
      return await outcomeOf(system, client, sender);
    });
    const workedOffSeconds = (performance.now() - overAt) / 1000;
    const starts = [...system.servers.values()].flatMap(({ startSeconds }, place) =>
      startSeconds.slice(startsBefore[place]),
    );
    return {
      name: fault.name,
      sent: sender.sent.length,
      ...counts,
      ...outcome,
      pauseSeconds,
      workedOffSeconds,
      ...(starts.length === 0 ? {} : { startSeconds: Math.max(...starts) }),
      ...(takeoverSeconds === undefined ? {} : { takeoverSeconds }),
    };
  } finally {
    sender.close();
  }
}

function countResponses(sent: readonly SentDelivery[]) {
  const counts = { acknowledged: 0, refused: new Map<string, number>(), unreachable: 0, unanswered: 0 };
  for (const { response } of sent) {
    if (response.kind === 'acknowledged' || response.kind === 'duplicate') counts.acknowledged += 1;
    else if (response.kind === 'refused')
      counts.refused.set(response.cause, (counts.refused.get(response.cause) ?? 0) + 1);
    else counts[response.kind] += 1;
  }
  return counts;
}

function longestPause(sent: readonly SentDelivery[], since: number): number {
  const times = sent.filter(isStored).map(({ answeredAt }) => answeredAt);
  const after = times.filter((time) => time > since).sort((left, right) => left - right);
  const pauses = after.map((time, place) => time - (after[place - 1] ?? since));
  return Math.max(0, ...pauses) / 1000;
}

async function untilTakenOver(system: FaultySystem, claimed: number): Promise<number> {
  const since = performance.now();
  await waitFor(
    'another worker to take the import over',
    async () => {
      const claimant = await system.claimant();
      return claimant !== undefined && claimant !== claimed;
    },
    LONGEST_RECOVERY_MS,
  );
  return (performance.now() - since) / 1000;
}

async function untilWorkedOff(client: pg.Client): Promise<void> {
  await waitFor(
    'everything to be worked off',
    async () => {
      const { rows } = await client.query<{ waits: boolean }>(
        `select exists (select from deliveries where status = 'received')
             or exists (select from jobs where status in ('pending', 'running')) as waits`,
      );
      return rows[0]?.waits === false;
    },
    LONGEST_RECOVERY_MS,
  );
}

async function outcomeOf(system: FaultySystem, client: pg.Client, sender: HonestSender): Promise<Outcome> {
  const { lost, doubled } = await countOutcome(client, sender.sent);
  if (sender.repeatedAndTakenTwice > 0) doubled.push(`${sender.repeatedAndTakenTwice} repetitions were taken again`);
  if (system.importJob === undefined) return { lost, doubled };
  const imported = await countImported(client);
  return { lost: [...lost, ...imported.lost], doubled: [...doubled, ...imported.doubled] };
}
