import net from 'node:net';
import type { FuzzRequest } from './fuzz-request.ts';

export interface FuzzResponse {
  status: number;
  headers: ReadonlyMap<string, string>;
  body: Buffer;
}

/** Thrown if the connection ended before a response, or if the response is not HTTP. */
export class NoResponseError extends Error {}

const LONGEST_MS = 30_000;

/** Sends a request on a connection of its own and reads the whole response, or only the headers if it is an event stream. */
export function sendRequest(request: FuzzRequest, url: string): Promise<FuzzResponse> {
  const { hostname, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<FuzzResponse>();
  const socket = net.connect({ host: hostname, port: Number(port), noDelay: true });
  const chunks: Buffer[] = [];
  let failure = 'the connection was closed';
  socket.setTimeout(LONGEST_MS, () => {
    failure = `there was no response within ${LONGEST_MS} ms`;
    socket.destroy();
  });
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if (chunks.length === 1 && /^content-type: text\/event-stream/im.test(chunk.toString('latin1'))) socket.destroy();
  });
  // A response that arrives before an error counts, because a server may refuse a body before reading its end.
  socket.on('error', (error) => {
    failure = error.message;
  });
  socket.on('close', () => {
    const response = parseResponse(Buffer.concat(chunks));
    if (response === undefined) reject(new NoResponseError(failure));
    else resolve(response);
  });
  socket.write(wireFormat(request, `${hostname}:${port}`));
  return promise;
}

function wireFormat({ method, target, headers, body, broken }: FuzzRequest, host: string): Buffer {
  if (broken !== undefined) return broken;
  const all: (readonly [string, string])[] = [['Host', host], ['Connection', 'close'], ...headers];
  if (body !== undefined && !headers.some(([name]) => name === 'Transfer-Encoding')) {
    all.push(['Content-Length', String(body.length)]);
  }
  const head = [`${method} ${target} HTTP/1.1`, ...all.map(([name, value]) => `${name}: ${value}`), '', ''].join(
    '\r\n',
  );
  return Buffer.concat([Buffer.from(head, 'latin1'), body ?? Buffer.alloc(0)]);
}

function parseResponse(bytes: Buffer): FuzzResponse | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1] ?? Number.NaN);
  if (end < 0 || Number.isNaN(status)) return undefined;
  const rest = bytes.subarray(end + 4);
  // Skip an interim response such as 100 Continue; the final response follows it.
  if (status < 200) return parseResponse(rest);
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { status, headers, body: headers.get('transfer-encoding') === 'chunked' ? withoutChunks(rest) : rest };
}

function withoutChunks(bytes: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = lineEnd < 0 ? 0 : Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    if (!(size > 0)) return Buffer.concat(pieces);
    pieces.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
