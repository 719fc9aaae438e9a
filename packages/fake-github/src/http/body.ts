import type { IncomingMessage } from 'node:http';

/** The whole body of a request. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

export type ParsedBody = { readonly kind: 'none' | 'malformed' } | { readonly kind: 'json'; readonly value: unknown };

export function parseBody(text: string): ParsedBody {
  if (text === '') return { kind: 'none' };
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch (cause) {
    if (cause instanceof SyntaxError) return { kind: 'malformed' };
    throw cause;
  }
}
