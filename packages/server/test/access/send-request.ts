import { request } from 'undici';
import type { ServerWithoutWorkers } from '../harness/server-without-workers.ts';
import type { Credential } from './credentials.ts';
import type { MatrixRequest } from './requests.ts';

export interface MatrixResponse {
  status: number;
  /** Headers and body. */
  text: string;
  body: string;
}

const LONGEST_BODY_BYTES = 512 * 1024;

/** Without `fetch`, which takes more of the processor than the server does. */
export async function sendRequest(
  server: Pick<ServerWithoutWorkers, 'url' | 'ingestUrl'>,
  { method, path, headers = {}, body }: MatrixRequest,
  { authorization, headers: further = {}, query }: Pick<Credential, 'authorization' | 'headers' | 'query'>,
): Promise<MatrixResponse> {
  const url = path.endsWith('/webhook') ? server.ingestUrl : server.url;
  const target = query === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`;
  const response = await request(url + target, {
    method: method as 'GET',
    headers: { ...headers, ...further, ...(authorization === undefined ? {} : { authorization }) },
    body: body ?? null,
  });
  const text = await readStart(response.body);
  return { status: response.statusCode, text: `${JSON.stringify(response.headers)}\n${text}`, body: text };
}

/** The reference in `/docs` takes megabytes, and is the same for everybody. */
async function readStart(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop ends the connection.
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > LONGEST_BODY_BYTES) break;
  }
  return Buffer.concat(chunks).toString();
}
