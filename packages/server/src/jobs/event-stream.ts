import { once } from 'node:events';
import type { FastifyReply } from 'fastify';
import type { Database } from '../database/database.ts';
import type { Logger } from '../logging.ts';
import type { JobEventFeed } from './event-feed.ts';
import { isFinished, type JobRow } from './job.ts';
import { type JobEventRow, listJobEvents } from './job-event-queries.ts';
import { findJob } from './job-queries.ts';

export interface JobEventStreamOptions {
  db: Database;
  feed: JobEventFeed;
  job: JobRow;
  /** Id of the last event that the follower has seen; 0 for none. */
  after: number;
  reply: FastifyReply;
  stop: AbortController;
  log: Logger;
}

const HEARTBEAT_MS = 15_000;
/** Longest time in ms that a stream stays open. The client then reconnects by itself, which verifies its token again. */
const LONGEST_MS = 3_600_000;
const BATCH = 200;

/**
 * Sends the events of a job as they are added, until the job ends, in the format of
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function streamJobEvents(options: JobEventStreamOptions): Promise<void> {
  const { db, feed, job, reply, stop, log } = options;
  let { after } = options;
  // Follow the job before reading its events: events that are added during the read would be missed otherwise.
  using follower = feed.follow(job.id);
  const first = await listJobEvents(db, job.id, after, BATCH);
  // 204 tells an EventSource that reconnects after the job has ended not to reconnect again.
  if (isFinished(job) && first.length === 0) return void reply.code(204).send(null);

  const { raw } = reply;
  raw.once('close', () => stop.abort());
  reply.hijack();
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
  });
  const write = async (text: string): Promise<void> => {
    if (!raw.write(text)) await once(raw, 'drain', { signal: stop.signal });
  };

  const endsAt = performance.now() + LONGEST_MS;
  try {
    await write('retry: 2000\n\n');
    let events = first;
    let hasEnded = false;
    while (!stop.signal.aborted && performance.now() < endsAt) {
      for (const event of events) {
        await write(formatted(event));
        after = event.id;
      }
      if (events.length < BATCH) {
        if (events.some(({ type }) => type !== 'progress')) break;
        const current = await findJob(db, job.id);
        if (current === undefined || hasEnded) break;
        // Read the events once more, because the job may have ended after they were read.
        hasEnded = isFinished(current);
        if (!hasEnded) {
          const startedAt = performance.now();
          await follower.wait(HEARTBEAT_MS, stop.signal);
          if (performance.now() - startedAt >= HEARTBEAT_MS - 1) await write(': still here\n\n');
        }
      }
      events = await listJobEvents(db, job.id, after, BATCH);
    }
  } catch (error) {
    if (!stop.signal.aborted) log.warn({ err: error, job: job.id }, 'job event stream broke');
  } finally {
    raw.end();
  }
}

const formatted = ({ id, type, data }: JobEventRow): string =>
  `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
