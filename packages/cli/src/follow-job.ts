import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandCenterClient, Schemas } from '@commandcenter/client';
import type { Progress } from './progress.ts';
import { unwrap } from './server-api.ts';

const POLL_MS = 500;

/** Shows a job's progress until it has ended, and returns it as it ended. */
export async function followJob(server: CommandCenterClient, id: number, progress: Progress): Promise<Schemas['Job']> {
  for (;;) {
    const job = unwrap(await server.GET('/api/v1/jobs/{id}', { params: { path: { id } } }));
    progress.show(job.progress, job.current_step ?? job.status);
    if (job.status === 'completed' || job.status === 'failed' || job.status === 'cancelled') {
      progress.end();
      return job;
    }
    await sleep(POLL_MS);
  }
}
