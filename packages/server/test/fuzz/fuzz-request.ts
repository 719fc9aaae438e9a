/** A request exactly as its bytes are sent. Nothing checks or repairs it on the way. */
export interface FuzzRequest {
  server: 'api' | 'ingest';
  method: string;
  /** Path and query of the request, as sent. */
  target: string;
  headers: readonly (readonly [string, string])[];
  body?: Buffer;
  /** Bytes that are not an HTTP request and are sent instead of all other members. */
  broken?: Buffer;
}

const LONGEST_SHOWN = 4000;

/** Returns a shell command that sends the request. */
export function asCommand({ method, target, headers, body, broken }: FuzzRequest, url: string): string {
  const { host, hostname, port } = new URL(url);
  if (broken !== undefined) return `printf %b ${quoted(escaped(broken))} | nc ${hostname} ${port}`;
  const parts = ['curl', '-i', '--path-as-is', '-g', '-X', quoted(method)];
  for (const [name, value] of headers) parts.push('-H', quoted(`${name}: ${shortened(value)}`));
  if (body !== undefined)
    parts.push('--data-binary', body.length === 0 ? "''" : `@<(printf %b ${quoted(escaped(body))})`);
  return `${parts.join(' ')} ${quoted(`http://${host}${shortened(target)}`)}`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const shortened = (text: string): string =>
  text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}…(${text.length} characters)`;

/** Returns the bytes as an argument of `printf %b`. */
function escaped(bytes: Buffer): string {
  const text = [...bytes.subarray(0, LONGEST_SHOWN)].map((byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x5c && byte !== 0x25
      ? String.fromCharCode(byte)
      : `\\0${byte.toString(8).padStart(3, '0')}`,
  );
  return text.join('') + (bytes.length <= LONGEST_SHOWN ? '' : `…(${bytes.length} bytes)`);
}
