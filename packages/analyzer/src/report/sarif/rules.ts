import type { Finding } from '../../finding.ts';
import { type Severity, severities } from '../../severity.ts';
import { oneLine, webLink } from '../safe-text.ts';
import { levelOf } from './result.ts';

export interface SarifRule {
  id: string;
  shortDescription: { text: string };
  fullDescription: { text: string };
  helpUri?: string;
  help: { text: string; markdown: string };
  defaultConfiguration: { level: 'error' | 'warning' | 'note' };
  properties: { tags: string[]; 'security-severity'?: string };
}

/** Engines whose findings always count as security; those of other engines do if they are severe. */
const securityEngines = new Set(['secrets', 'vulnerabilities', 'workflows', 'dockerfiles', 'history']);

/**
 * Scores for GitHub's `security-severity` in the ranges that GitHub defines: above 9.0 critical, from 7.0 high, from 4.0 medium, above 0
 * low.
 */
const securitySeverity: Record<Severity, string> = { critical: '9.5', high: '8.0', medium: '5.5', low: '2.0' };

/**
 * Returns the rules of the findings. A rule gets the severity of its worst finding, because GitHub reads severities
 * only from rules.
 */
export function rulesOf(findings: readonly Finding[]): { rules: SarifRule[]; indexOf(rule: string): number } {
  const worst = new Map<string, Finding>();
  for (const finding of findings) {
    const other = worst.get(finding.rule);
    if (other === undefined || rank(finding) < rank(other)) worst.set(finding.rule, finding);
  }
  const found = [...worst.values()].sort((a, b) => (a.rule < b.rule ? -1 : 1));
  const indices = new Map(found.map(({ rule }, index) => [rule, index]));
  return { rules: found.map(toRule), indexOf: (rule) => indices.get(rule) ?? -1 };
}

const rank = ({ severity }: Finding): number => severities.indexOf(severity);

function toRule(finding: Finding): SarifRule {
  const { engine, severity, fix, url } = finding;
  const id = oneLine(finding.rule, 200);
  const name = nameOf(finding);
  const help = fix === undefined ? `${name}, found by the engine ${oneLine(engine, 60)}.` : oneLine(fix, 1000);
  const helpUri = webLink(url);
  const isSecurity = securityEngines.has(engine) || severity === 'critical' || severity === 'high';
  return {
    id,
    shortDescription: { text: name },
    fullDescription: { text: `${name} (${oneLine(engine, 60)})` },
    ...(helpUri === null ? {} : { helpUri }),
    help: { text: help, markdown: plainMarkdown(help) },
    defaultConfiguration: { level: levelOf(severity) },
    properties: {
      tags: [isSecurity ? 'security' : 'maintainability', oneLine(engine, 60)],
      ...(isSecurity ? { 'security-severity': securitySeverity[severity] } : {}),
    },
  };
}

/** Derives a title from the rule's name. Rules of advisories are named by an id, so these use the title of a finding. */
function nameOf({ engine, rule, title }: Finding): string {
  if (engine === 'vulnerabilities') return oneLine(title, 200);
  const words = oneLine(rule.slice(rule.indexOf('/') + 1), 200).replaceAll(/[-_]+/g, ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

const plainMarkdown = (text: string): string =>
  text.replace(/[\\`*_{}[\]()<>|~!#&@$]/g, (letter) => `&#${letter.charCodeAt(0)};`);
