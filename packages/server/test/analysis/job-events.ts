import type { AnalysisServer } from './analysis-server.ts';

export interface JobEvent {
  id: number;
  /** `progress`, or how the job ended. */
  type: string;
  data: { progress?: number; current_step?: string };
}

/** The server-sent events of a job, as they come. */
export interface FollowedJob {
  events: JobEvent[];
  /** The stream is over: the job has ended, or the server is gone. */
  ended: Promise<void>;
}

/** Follows a job from the event with the id `after` on. */
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
  // A server that is killed breaks the connection.
  return { events, ended: read().catch(() => undefined) };
}
