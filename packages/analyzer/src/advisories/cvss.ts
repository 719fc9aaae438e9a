import cvss from 'ae-cvss-calculator';

const baseMetrics: Readonly<Record<string, readonly string[]>> = {
  '2.0': ['AV', 'AC', 'Au', 'C', 'I', 'A'],
  '3.0': ['AV', 'AC', 'PR', 'UI', 'S', 'C', 'I', 'A'],
  '3.1': ['AV', 'AC', 'PR', 'UI', 'S', 'C', 'I', 'A'],
  '4.0': ['AV', 'AC', 'AT', 'PR', 'UI', 'VC', 'VI', 'VA', 'SC', 'SI', 'SA'],
};

/**
 * Returns the score of a CVSS vector (version 2, 3.0, 3.1 or 4.0), 0 to 10 with one decimal place; null if the text is
 * not a valid vector.
 * For versions 2 and 3 it is the base score, because the temporal metrics were estimates at publication time. Version
 * 4.0 defines one score, which includes the exploit maturity if the vector states it. Source:
 * https://www.first.org/cvss/
 */
export function cvssScore(vector: string): number | null {
  const [, version = '2.0', rest = ''] = /^(?:CVSS:(\d\.\d)\/)?(.*)$/.exec(vector.trim()) ?? [];
  const metrics = parseMetrics(rest);
  const names = baseMetrics[version];
  // The CVSS calculator would score missing base metrics as harmless, so reject incomplete vectors first.
  if (metrics === null || names === undefined || names.some((name) => (metrics.get(name) ?? 'X') === 'X')) return null;
  try {
    const score = version === '2.0' ? new cvss.Cvss2(vector.trim()) : cvss.fromVector(vector.trim());
    if (score === null) return null;
    const { base: baseScore, overall } = score.calculateScores() as { base?: number; overall: number };
    // `Math.abs` turns the calculator's occasional -0 into 0.
    return Math.abs(version === '4.0' ? overall : (baseScore ?? overall));
  } catch {
    // The calculator throws if the CVSS vector uses a metric or value that its version does not define.
    return null;
  }
}

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
