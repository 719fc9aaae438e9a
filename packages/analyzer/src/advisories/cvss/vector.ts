/**
 * Parses CVSS metrics by abbreviation: `AV:N/AC:L` becomes AV → N, AC → L. Returns null if the text has another form or
 * a metric twice.
 */
export function parseMetrics(vector: string): ReadonlyMap<string, string> | null {
  const metrics = new Map<string, string>();
  for (const part of vector.split('/')) {
    const [, name, value] = /^([A-Z][A-Za-z]{0,2}):([A-Za-z]{1,5})$/.exec(part) ?? [];
    if (name === undefined || value === undefined || metrics.has(name)) return null;
    metrics.set(name, value);
  }
  return metrics;
}
