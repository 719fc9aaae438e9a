import cvss from 'ae-cvss-calculator';
import { parseMetrics } from './vector.ts';

const base: Readonly<Record<string, readonly string[]>> = {
  '2.0': ['AV', 'AC', 'Au', 'C', 'I', 'A'],
  '3.0': ['AV', 'AC', 'PR', 'UI', 'S', 'C', 'I', 'A'],
  '3.1': ['AV', 'AC', 'PR', 'UI', 'S', 'C', 'I', 'A'],
  '4.0': ['AV', 'AC', 'AT', 'PR', 'UI', 'VC', 'VI', 'VA', 'SC', 'SI', 'SA'],
};

/**
 * 0 to 10 with one decimal place, of a CVSS vector of version 2, 3.0, 3.1 or 4.0; null for what is none. Of 2 and 3 the base score: what
 * their authors guessed about exploits years ago is no measure of today. 4.0 has one score, with the exploit maturity where it says one.
 */
export function scoreVector(vector: string): number | null {
  const [, version = '2.0', rest = ''] = /^(?:CVSS:(\d\.\d)\/)?(.*)$/.exec(vector.trim()) ?? [];
  const metrics = parseMetrics(rest);
  const names = base[version];
  // The calculator takes what is missing for harmless.
  if (metrics === null || names === undefined || names.some((name) => (metrics.get(name) ?? 'X') === 'X')) return null;
  try {
    const score = version === '2.0' ? new cvss.Cvss2(vector.trim()) : cvss.fromVector(vector.trim());
    if (score === null) return null;
    const { base: baseScore, overall } = score.calculateScores() as { base?: number; overall: number };
    // Its zero can be a negative one.
    return Math.abs(version === '4.0' ? overall : (baseScore ?? overall));
  } catch {
    // A metric or value that the version does not have.
    return null;
  }
}
