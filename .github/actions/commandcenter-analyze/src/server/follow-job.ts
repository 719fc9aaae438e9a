import { setTimeout as sleep } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { ActionError } from '../action-error.ts';
import { say } from '../runner/log.ts';
import type { Job, Server } from './server.ts';

export interface FollowOptions {
  server: Server;
  /** The step is cancelled, or its time is over. */
  signal: AbortSignal;
  onProgress(percent: number, step: string): void;
  /** The server cannot get at the source: gives it one. Called once. */
  provideSource(job: Job): Promise<void>;
}

const FIRST_POLL_MS = 1000;
const LONGEST_POLL_MS = 5000;
/** The server says something every 15 seconds. */
const SILENCE_MS = 45_000;
/** Streams that broke before one line came: something on the way does not let them through. */
const MOST_BROKEN = 2;

/** A server that is updated or restarted comes back with the job. */
const LONGEST_OUTAGE_MS = 5 * 60_000;

const hasEnded = ({ status }: Job): boolean => status === 'completed' || status === 'failed' || status === 'cancelled';

/** Follows a job to its end, by its events, and by asking where those do not get through. Throws `ActionError` when the server is lost. */
export async function followJob(first: Job, options: FollowOptions): Promise<Job> {
  const { signal } = options;
  let job = first;
  let provided = false;
  let broken = 0;
  /** Of the last event that was seen. */
  const seen: Seen = { id: null };
  let pollMs = FIRST_POLL_MS;
  for (;;) {
    if (hasEnded(job)) return job;
    if (job.status === 'awaiting_source' && !provided) {
      provided = true;
      await options.provideSource(job);
      job = await askForJob(job.id, options);
      continue;
    }
    if (broken < MOST_BROKEN) {
      const before = seen.id;
      try {
        await readEvents(job, seen, options);
        broken = 0;
      } catch (error) {
        signal.throwIfAborted();
        // The token may be refused from now on: that is no matter of streams.
        if (error instanceof ActionError && error.reason === 'input') throw error;
        broken = seen.id === before ? broken + 1 : 0;
        await sleep(FIRST_POLL_MS, undefined, { signal });
      }
    } else {
      await sleep(pollMs * (1 + Math.random() / 4), undefined, { signal });
      pollMs = Math.min(pollMs * 1.5, LONGEST_POLL_MS);
      options.onProgress(job.progress, job.current_step ?? job.status);
    }
    job = await askForJob(job.id, options);
  }
}

async function askForJob(id: number, { server, signal }: FollowOptions): Promise<Job> {
  const since = performance.now();
  for (;;) {
    try {
      return await server.getJob(id);
    } catch (error) {
      const isLost = error instanceof ActionError && error.reason === 'server';
      if (!isLost || performance.now() - since > LONGEST_OUTAGE_MS) throw error;
      say('The server does not answer now. It is asked again until it does.');
      await sleep(LONGEST_POLL_MS, undefined, { signal });
    }
  }
}

interface Seen {
  id: string | null;
}

/** Shows events until the job ends or waits for its source, or the stream does. */
async function readEvents(job: Job, seen: Seen, { server, signal, onProgress }: FollowOptions): Promise<void> {
  const stop = new AbortController();
  let silence = setTimeout(() => stop.abort(), SILENCE_MS);
  let over = false;
  const onEvent = ({ id, event, data }: EventSourceMessage): void => {
    seen.id = id ?? seen.id;
    const { progress, current_step, status } = readData(data);
    if (event === 'progress') onProgress(Number(progress ?? 0), String(current_step ?? status ?? 'running'));
    if (event !== 'progress' || status === 'awaiting_source') over = true;
  };
  const parser = createParser({ onEvent });
  try {
    const stream = await server.openEvents(job.id, seen.id, AbortSignal.any([signal, stop.signal]));
    if (stream === null) return;
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      clearTimeout(silence);
      silence = setTimeout(() => stop.abort(), SILENCE_MS);
      parser.feed(decoder.decode(bytes, { stream: true }));
      if (over) break;
    }
  } finally {
    clearTimeout(silence);
    stop.abort();
  }
}

function readData(data: string): Record<string, unknown> {
  try {
    return JSON.parse(data) as Record<string, unknown>;
  } catch {
    return {};
  }
}
