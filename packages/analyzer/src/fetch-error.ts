/** Describes why a `fetch` failed. The message of `fetch` is always the same ("fetch failed"), so this uses its cause. */
export function describeFetchError(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  const { cause } = failure;
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : failure.message;
}
