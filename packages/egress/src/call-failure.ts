import { IntegrationError } from '@commandcenter/integration-kit';

/** Error codes of undici and Node for requests that were never sent. */
const notSentCodes = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const trustCodes = /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|EPROTO$)/;

export interface CallFailure {
  error: IntegrationError;
  /** True if another attempt of the failed call may succeed. */
  passing: boolean;
  /** True if the request of the failed call may have reached the host. */
  maybeSent: boolean;
}

/** Converts an error that fetch threw to an `IntegrationError` with a class. `timedOut` is true if our own time limit ended the request. */
export function classifyCallFailure(thrown: unknown, host: string, timedOut: boolean, timeoutMs: number): CallFailure {
  const refusal = findCause(thrown, (cause) => cause instanceof IntegrationError);
  if (refusal instanceof IntegrationError) return { error: refusal, passing: false, maybeSent: false };
  if (timedOut) {
    const error = new IntegrationError(`${host} did not respond within ${timeoutMs / 1000} s.`, {
      class: 'timeout',
      cause: thrown,
    });
    return { error, passing: true, maybeSent: true };
  }
  const code = codeOf(findCause(thrown, (cause) => codeOf(cause) !== ''));
  if (notSentCodes.has(code)) {
    const error = new IntegrationError(`${host} cannot be reached (${code}).`, {
      class: 'connection',
      cause: thrown,
      hint: 'Check the address, name resolution and the way to it.',
    });
    return { error, passing: true, maybeSent: false };
  }
  if (trustCodes.test(code)) {
    const error = new IntegrationError(`${host} cannot be trusted: its certificate was refused (${code}).`, {
      class: 'connection',
      cause: thrown,
      hint: 'Give the host a valid certificate, or its authority to Node with NODE_EXTRA_CA_CERTS.',
    });
    return { error, passing: false, maybeSent: false };
  }
  const error = new IntegrationError(`${host} broke the connection off${code === '' ? '' : ` (${code})`}.`, {
    class: 'outage',
    cause: thrown,
  });
  return { error, passing: true, maybeSent: true };
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/**
 * Returns the first error for which `matches` returns true among an error, its causes and the members of an AggregateError, which has one
 * for each address that was tried.
 */
function findCause(error: unknown, matches: (cause: unknown) => boolean, depth = 0): unknown {
  if (depth > 8 || error === undefined || error === null) return undefined;
  if (matches(error)) return error;
  if (error instanceof AggregateError) {
    for (const member of error.errors) {
      const found = findCause(member, matches, depth + 1);
      if (found !== undefined) return found;
    }
  }
  return error instanceof Error ? findCause(error.cause, matches, depth + 1) : undefined;
}
