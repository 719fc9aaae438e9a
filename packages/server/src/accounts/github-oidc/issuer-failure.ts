import { classifyCallFailure } from '@commandcenter/egress';
import { ApiError } from '../../errors.ts';

/** Time in ms for which an issuer is not requested again after its keys could not be read. */
export const ISSUER_REST_MS = 5000;

/** Returns the error for an issuer that did not respond. `timedOutAfterMs` is set when our own timeout ended the request. */
export function unreachableIssuer(
  issuer: string,
  thrown: unknown,
  host: string,
  timedOutAfterMs: number | null,
): ApiError {
  const { error, passing } = classifyCallFailure(thrown, host, timedOutAfterMs !== null, timedOutAfterMs ?? 0);
  const why = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
  return issuerFailure(passing ? 503 : 502, 'issuer.unreachable', issuer, why, thrown);
}

/** Returns the error for an issuer that responded with an error status. */
export function issuerRefused(issuer: string, url: string, status: number): ApiError {
  const passing = status >= 500 || status === 429;
  const what = passing
    ? `${url} answered ${status}.`
    : `${url} answered ${status}: this is not the address of an issuer, or this server may not read it.`;
  return issuerFailure(passing ? 503 : 502, passing ? 'issuer.unreachable' : 'issuer.invalid', issuer, what);
}

/**
 * Returns the error for an issuer whose response is not a discovery document or key set. `fault` says what is wrong with it and becomes
 * the last sentence of the message.
 */
export const invalidIssuer = (issuer: string, fault: string, cause?: unknown): ApiError =>
  issuerFailure(502, 'issuer.invalid', issuer, `${fault.charAt(0).toUpperCase()}${fault.slice(1)}.`, cause);

const issuerFailure = (status: number, code: string, issuer: string, why: string, cause?: unknown): ApiError =>
  new ApiError(status, code, `The keys of the issuer ${issuer} cannot be read. ${why}`, {
    headers: { 'retry-after': String(ISSUER_REST_MS / 1000) },
    cause,
  });
