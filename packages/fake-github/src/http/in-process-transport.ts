import { readWebRequest } from './incoming-request.ts';
import type { RequestPipeline } from './request-pipeline.ts';

/** HTTP statuses whose responses have no body at all. */
const bodiless = new Set([204, 304]);

/** Handles one request without a socket. Fault rules do not apply, and redirects are returned unfollowed. */
export async function handleInProcess(pipeline: RequestPipeline, request: Request, base: string): Promise<Response> {
  const received = pipeline.receive(await readWebRequest(request), base);
  try {
    const { status, headers, body } = pipeline.finish(received, await pipeline.execute(received));
    return new Response(bodiless.has(status) ? null : body, { status, headers });
  } finally {
    pipeline.endWrite(received);
  }
}
