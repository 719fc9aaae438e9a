/**
 * Returns a function that caches the result of `read` for this time, so that frequent callers share one read. A failed read is not
 * cached.
 */
export function cachedFor<Value>(milliseconds: number, read: () => Promise<Value>): () => Promise<Value> {
  let cached: { at: number; value: Promise<Value> } | undefined;
  return () => {
    const now = performance.now();
    if (cached === undefined || now - cached.at >= milliseconds) {
      const reading = { at: now, value: read() };
      // Whoever asked for the value gets the error.
      reading.value.catch(() => {
        if (cached === reading) cached = undefined;
      });
      cached = reading;
    }
    return cached.value;
  };
}
