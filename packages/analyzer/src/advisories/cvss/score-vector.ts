import cvss from 'ae-cvss-calculator';
import { parseMetrics } from './vector.ts';

const base: Readonly<Record<string, readonly string[]>> = {
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
export function scoreVector(vector: string): number | null {
  const [, version = '2.0', rest = ''] = /^(?:CVSS:(\d\.\d)\/)?(.*)$/.exec(vector.trim()) ?? [];
  const metrics = parseMetrics(rest);
  const names = base[version];
  // The calculator scores missing base metrics as harmless, so reject incomplete vectors before.
  if (metrics === null || names === undefined || names.some((name) => (metrics.get(name) ?? 'X') === 'X')) return null;
  try {
    const score = version === '2.0' ? new cvss.Cvss2(vector.trim()) : cvss.fromVector(vector.trim());
    if (score === null) return null;
    const { base: baseScore, overall } = score.calculateScores() as { base?: number; overall: number };
    // `Math.abs` turns the calculator's occasional -0 into 0.
    return Math.abs(version === '4.0' ? overall : (baseScore ?? overall));
  } catch {
    // The vector uses a metric or value that its version does not define.
    return null;
  }
}
