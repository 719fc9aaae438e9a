import { ActionError } from '../action-error.ts';
import { mayPass, reasonOf } from '../network-failure.ts';
import { TemporaryFailure } from '../retry.ts';

/** Returns an error that says why the server cannot be reached, and what to do about it. */
export function unreachable(url: string, error: unknown): ActionError {
  const reason = reasonOf(error);
  const remedy = /CERT|SELF_SIGNED|UNABLE_TO/.test(reason)
    ? 'The runner does not trust its certificate: set NODE_EXTRA_CA_CERTS for this step to the file of your certificate authority'
    : 'Check the address, that the server is running, and that the runner can reach it';
  return new ActionError('server', `commandcenter-url: ${url} cannot be reached (${reason}). ${remedy}.`, {
    cause: error,
  });
}

/** Explains a request that got no response, as `TemporaryFailure` if waiting may help. */
export function withoutResponse(url: string, error: unknown): ActionError | TemporaryFailure {
  const explained = unreachable(url, error);
  return mayPass(error) ? new TemporaryFailure(explained) : explained;
}
