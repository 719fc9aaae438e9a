/** Network errors that waiting does not fix. */
const PERMANENT =
  /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS|ERR_SSL|EPROTO|HOSTNAME_MISMATCH|ERR_INVALID|bad port/;

/** Returns the reason why a request got no response, as the code of the network error or its message. */
export function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return 'no response within the time limit';
  return cause?.code ?? cause?.message ?? message;
}

/** Returns true if the same request may get a response later. */
export const mayPass = (error: unknown): boolean => !PERMANENT.test(reasonOf(error));
