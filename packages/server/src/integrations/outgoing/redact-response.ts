import type { SecretValues } from '../credentials/secret-values.ts';

/**
 * Returns the response without secrets in its status text, its headers and, if it is a failure, its body. The body of a success stays as
 * it is, because it is data, and the response to a token renewal has to contain secrets.
 */
export async function redactResponse(response: Response, secrets: SecretValues): Promise<Response> {
  const { status, statusText, url } = response;
  const headers = [...response.headers];
  const text = response.body === null || status < 400 ? null : await response.clone().text();
  if (!secrets.has([statusText, ...headers.flat(), text ?? ''].join('\n'))) return response;
  const kept = headers
    .filter(([name]) => !secrets.has(name))
    .map(([name, value]): [string, string] => [name, secrets.redact(value)]);
  const body = text === null ? response.body : secrets.redact(text);
  const redacted = new Response(body, { status, statusText: secrets.redact(statusText), headers: new Headers(kept) });
  Object.defineProperty(redacted, 'url', { value: url });
  return redacted;
}
