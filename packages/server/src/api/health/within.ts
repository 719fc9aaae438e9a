/** Returns the value of a promise, or undefined when it rejected or took too long. */
export async function within<Value>(work: Promise<Value>, milliseconds: number): Promise<Value | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, milliseconds, undefined);
  try {
    return await Promise.race([work.catch(() => undefined), promise]);
  } finally {
    clearTimeout(timer);
  }
}
