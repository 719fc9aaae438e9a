import type { AnalysisServer } from './analysis-server.ts';

export interface JobEvent {
  id: number;
  /** `progress`, or the state in which the job ended. */
  type: string;
  data: { progress?: number; current_step?: string };
}

/** The server-sent events of a job, collected while they arrive. */
export interface FollowedJob {
  events: JobEvent[];
  /** Resolves when the stream has ended, because the job ended or the server is gone. */
  ended: Promise<void>;
}

/** Collects the events of a job that follow the event with the id `after`. */
export function followJob(server: AnalysisServer, jobId: number, after = 0): FollowedJob {
  const events: JobEvent[] = [];
  const read = async (): Promise<void> => {
    const { body } = await server.send('GET', `/jobs/${jobId}/events`, undefined, { 'last-event-id': String(after) });
    let text = '';
    for await (const piece of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += piece;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, id, type, data] = /^id: (\d+)\nevent: (.*)\ndata: (.*)$/.exec(block) ?? [];
        if (type !== undefined && data !== undefined) events.push({ id: Number(id), type, data: JSON.parse(data) });
      }
    }
  };
  // A server that is killed breaks the connection, which ends the stream as well.
  return { events, ended: read().catch(() => undefined) };
}
