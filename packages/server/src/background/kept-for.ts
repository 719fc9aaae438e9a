/** Reads again when what was read before is older than this, so that frequent callers share one reading. A failed one is not kept. */
export function keptFor<Value>(milliseconds: number, read: () => Promise<Value>): () => Promise<Value> {
  let kept: { at: number; value: Promise<Value> } | undefined;
  return () => {
    const now = performance.now();
    if (kept === undefined || now - kept.at >= milliseconds) {
      const reading = { at: now, value: read() };
      reading.value.catch(() => {
        if (kept === reading) kept = undefined;
      });
      kept = reading;
    }
    return kept.value;
  };
}
