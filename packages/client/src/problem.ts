import type { components } from './schema.ts';

/** Content of a problem document. A server of another version may leave out any member. */
export interface ProblemDetails extends Partial<Pick<components['schemas']['Problem'], 'code' | 'detail'>> {
  /** Wrong fields of the request. */
  errors: { pointer: string; message: string }[];
}

/**
 * Reads a problem document (RFC 9457). Returns undefined for every other response, such as the page of a proxy.
 *
 * @param body text of the response, or the JSON that was read from it
 */
export function readProblem({ headers }: Pick<Response, 'headers'>, body: unknown): ProblemDetails | undefined {
  if (!/^application\/problem\+json\b/i.test(headers.get('content-type') ?? '')) return undefined;
  const document = typeof body === 'string' ? parse(body) : body;
  if (typeof document !== 'object' || document === null) return undefined;
  const { code, detail, errors } = document as Record<string, unknown>;
  return {
    ...(typeof code === 'string' && { code }),
    ...(typeof detail === 'string' && { detail }),
    errors: Array.isArray(errors) ? errors.filter(isFieldError) : [],
  };
}

/** Returns what is wrong as one line for people: the reason, then each wrong field that the reason does not name. */
export function describeProblem({ detail, errors }: ProblemDetails, status: number): string {
  const reason = detail ?? `The server responded with ${status}.`;
  const fields = errors.map(({ pointer, message }) => `${pointer} ${message.replace(/\.$/, '')}.`);
  return [reason, ...fields.filter((field) => !reason.includes(field))].join(' ');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isFieldError(error: unknown): error is { pointer: string; message: string } {
  const { pointer, message } = (error ?? {}) as Record<string, unknown>;
  return typeof pointer === 'string' && typeof message === 'string';
}
