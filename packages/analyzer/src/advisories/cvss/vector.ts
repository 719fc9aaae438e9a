/** The metrics of a vector by their abbreviations: `AV:N/AC:L` is AV → N, AC → L. Null where it is not written like that. */
export function parseMetrics(vector: string): ReadonlyMap<string, string> | null {
  const metrics = new Map<string, string>();
  for (const part of vector.split('/')) {
    const [, name, value] = /^([A-Z][A-Za-z]{0,2}):([A-Za-z]{1,5})$/.exec(part) ?? [];
    if (name === undefined || value === undefined || metrics.has(name)) return null;
    metrics.set(name, value);
  }
  return metrics;
}
