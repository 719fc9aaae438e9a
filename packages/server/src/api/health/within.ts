/** The finding of a look at a part of the server, or the error that prevented it. */
export type Look<Value> = { value: Value } | { error: unknown };

/** The part did not respond in time. */
export class NoResponseError extends Error {
  constructor(milliseconds: number) {
    super(`no response within ${milliseconds / 1000} s`);
  }
}

/** Waits for the work, but not longer than this. Never rejects: a part that fails is a result. */
export async function within<Value>(work: Promise<Value>, milliseconds: number): Promise<Look<Value>> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new NoResponseError(milliseconds)), milliseconds);
  try {
    return { value: await Promise.race([work, promise]) };
  } catch (error) {
    return { error };
  } finally {
    clearTimeout(timer);
  }
}
