/** Why a call by `fetch` failed, in a few words: what `fetch` itself says of it is always the same, and its cause tells. */
export function reasonOfFailedCall(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  const { cause } = failure;
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : failure.message;
}
