import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN_TOKEN, type ServerUnderTest } from './server-under-test.ts';

/** Calls the API as administrator and returns the body of the response. Throws unless the request succeeds. */
export async function callApi<Body>(server: ServerUnderTest, path: string, body?: object): Promise<Body> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
  return JSON.parse(text) as Body;
}

export interface EndedJob {
  created_at: string;
  completed_at: string;
}

/** Waits until a job is completed. Throws if it ends otherwise or exceeds the time limit. */
export async function waitForJob(server: ServerUnderTest, id: number, limitMs = 600_000): Promise<EndedJob> {
  const deadline = performance.now() + limitMs;
  while (performance.now() < deadline) {
    const job = await callApi<EndedJob & { status: string; error: unknown }>(server, `/jobs/${id}`);
    if (job.status === 'completed') return job;
    if (job.status === 'failed' || job.status === 'cancelled') throw new Error(JSON.stringify(job.error));
    await sleep(50);
  }
  throw new Error(`job ${id} did not finish within ${limitMs / 1000} s`);
}
