import { ActionError } from '../action-error.ts';

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

/** Returns the reason why a request got no response, as the code of the network error or its message. */
export function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return 'no response within the time limit';
  return cause?.code ?? cause?.message ?? message;
}
