import { setTimeout as sleep } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { ActionError } from '../action-error.ts';
import { retry, retryPolicies, TemporaryFailure } from '../retry.ts';
import { logLine } from '../runner/log.ts';
import type { Job, Server } from './server.ts';

export interface FollowOptions {
  server: Server;
  /** Signal that is aborted when the step is cancelled or its time limit is reached. */
  signal: AbortSignal;
  onProgress(percent: number, step: string): void;
  /** Uploads the source if the server cannot fetch it. Called once. */
  provideSource(job: Job): Promise<void>;
}

const FIRST_POLL_MS = 1000;
const MAX_POLL_MS = 5000;
/** Milliseconds without a line after which an event stream is given up. The server sends at least one line every 15 seconds. */
const SILENCE_MS = 45_000;
/** Number of event streams without any event after which the job is polled, because something on the way blocks them. */
const MAX_EMPTY_STREAMS = 2;

const hasEnded = ({ status }: Job): boolean => status === 'completed' || status === 'failed' || status === 'cancelled';

/**
 * Follows a job until it ends, by its event stream, or by polling if streams do not arrive. Returns the ended job. Throws `ActionError` if
 * the server stays unreachable.
 */
export async function followJob(first: Job, options: FollowOptions): Promise<Job> {
  const { signal } = options;
  let job = first;
  let isSourceProvided = false;
  let emptyStreams = 0;
  /** Position in the events: the id of the last one that was read. */
  const position: EventPosition = { id: null };
  let pollMs = FIRST_POLL_MS;
  for (;;) {
    if (hasEnded(job)) return job;
    if (job.status === 'awaiting_source' && !isSourceProvided) {
      isSourceProvided = true;
      await options.provideSource(job);
      job = await readJob(job.id, options);
      continue;
    }
    if (emptyStreams < MAX_EMPTY_STREAMS) {
      const before = position.id;
      try {
        await readEvents(job, position, options);
        emptyStreams = 0;
      } catch (error) {
        signal.throwIfAborted();
        // A refused token is not a problem of the stream, so polling would fail as well.
        if (error instanceof ActionError && error.reason === 'input') throw error;
        emptyStreams = position.id === before ? emptyStreams + 1 : 0;
        await sleep(FIRST_POLL_MS, undefined, { signal });
      }
    } else {
      await sleep(pollMs * (1 + Math.random() / 4), undefined, { signal });
      pollMs = Math.min(pollMs * 1.5, MAX_POLL_MS);
      options.onProgress(job.progress, job.current_step ?? job.status);
    }
    job = await readJob(job.id, options);
  }
}

/** Reads the job. A server that restarts or is updated continues with it, so this waits for the server. */
const readJob = (id: number, { server, signal }: FollowOptions): Promise<Job> =>
  retry(
    () =>
      server.getJob(id).catch((error) => {
        const isLost = error instanceof ActionError && error.reason === 'server';
        throw isLost ? new TemporaryFailure(error) : error;
      }),
    {
      policy: retryPolicies.outage,
      signal,
      onRetry: () => logLine('The server cannot be reached. Trying again until it responds.'),
    },
  );

interface EventPosition {
  id: string | null;
}

/** Reads events of the job until it ends, it waits for its source, or the stream ends. */
async function readEvents(
  job: Job,
  position: EventPosition,
  { server, signal, onProgress }: FollowOptions,
): Promise<void> {
  const stop = new AbortController();
  let silence = setTimeout(() => stop.abort(), SILENCE_MS);
  let isDone = false;
  const onEvent = ({ id, event, data }: EventSourceMessage): void => {
    position.id = id ?? position.id;
    const { progress, current_step, status } = readData(data);
    if (event === 'progress') onProgress(Number(progress ?? 0), String(current_step ?? status ?? 'running'));
    if (event !== 'progress' || status === 'awaiting_source') isDone = true;
  };
  const parser = createParser({ onEvent });
  try {
    const stream = await server.openEvents(job.id, position.id, AbortSignal.any([signal, stop.signal]));
    if (stream === null) return;
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      clearTimeout(silence);
      silence = setTimeout(() => stop.abort(), SILENCE_MS);
      parser.feed(decoder.decode(bytes, { stream: true }));
      if (isDone) break;
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
    // An event without readable data has nothing to show. How the job ended is read from the job itself.
    return {};
  }
}
