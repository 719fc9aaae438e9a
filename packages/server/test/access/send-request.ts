import { request } from 'undici';
import type { ServerWithoutWorkers } from '../harness/server-without-workers.ts';
import type { Credential } from './credentials.ts';
import type { MatrixRequest } from './requests.ts';

export interface MatrixResponse {
  status: number;
  /** Headers (as JSON) and body of the response. */
  text: string;
  body: string;
}

const LONGEST_BODY_BYTES = 512 * 1024;

/** Sends the request with the credential. Does not use `fetch`, because that needs more processor time than the server. */
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

/** Reads at most the first 512 KiB of a body, because `/docs` sends megabytes that are the same for every caller. */
async function readStart(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Break the loop for a longer body, which also closes the connection.
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > LONGEST_BODY_BYTES) break;
  }
  return Buffer.concat(chunks).toString();
}
