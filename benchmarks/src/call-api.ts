import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN_TOKEN, type ServerUnderTest } from './server-under-test.ts';

/** Calls the API of the server as its administrator. Throws when it is not answered with success. */
export async function callApi<Answer>(server: ServerUnderTest, path: string, body?: object): Promise<Answer> {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
  return JSON.parse(text) as Answer;
}

export interface EndedJob {
  created_at: string;
  completed_at: string;
}

/** Waits until a job is completed. Throws when it ends otherwise, or not within the limit. */
export async function jobCompleted(server: ServerUnderTest, id: number, limitMs = 600_000): Promise<EndedJob> {
  const deadline = performance.now() + limitMs;
  while (performance.now() < deadline) {
    const job = await callApi<EndedJob & { status: string; error: unknown }>(server, `/jobs/${id}`);
    if (job.status === 'completed') return job;
    if (job.status === 'failed' || job.status === 'cancelled') throw new Error(JSON.stringify(job.error));
    await sleep(50);
  }
  throw new Error(`job ${id} did not end within ${limitMs / 1000} s`);
}
