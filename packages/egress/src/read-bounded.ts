import { IntegrationError } from '@commandcenter/integration-kit';
import type { Response as UndiciResponse } from 'undici';

const MOST_BYTES = 32 * 1024 * 1024;
const withoutBody = new Set([101, 204, 205, 304]);

/**
 * Returns the response with its whole body in memory, so that the time limit covers the body and no connection stays open. Throws if the
 * body is larger than `mostBytes`.
 */
export async function readBounded(answer: UndiciResponse, url: URL, mostBytes = MOST_BYTES): Promise<Response> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.byteLength;
    if (size > mostBytes) {
      throw new IntegrationError(`${url.host} answered more than ${mostBytes / 1024 / 1024} MiB.`, {
        class: 'validation',
        status: answer.status,
      });
    }
    chunks.push(chunk);
  }
  const headers = new Headers(
    [...answer.headers].filter(([name]) => name !== 'content-encoding' && name !== 'content-length'),
  );
  const body = withoutBody.has(answer.status) ? null : Buffer.concat(chunks);
  const response = new Response(body, { status: answer.status, statusText: answer.statusText, headers });
  // A `Response` that is constructed has no address, but callers need the address at which the redirects ended.
  Object.defineProperty(response, 'url', { value: url.href });
  return response;
}
