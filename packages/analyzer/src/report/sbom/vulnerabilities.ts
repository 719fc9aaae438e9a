import type { Finding } from '../../finding.ts';
import { type Severity, severities } from '../../severity.ts';
import { oneLine, webLink } from '../safe-text.ts';
import type { SbomComponent } from './components.ts';

export interface SbomVulnerability {
  'bom-ref': string;
  id: string;
  source?: { url: string };
  ratings: [{ severity: Severity; method: 'other' }];
  description: string;
  recommendation?: string;
  advisories?: [{ url: string }];
  analysis?: { state: 'in_triage'; detail: string };
  affects: { ref: string }[];
}

const engine = 'vulnerabilities';

/**
 * Lists the vulnerabilities of the components, one entry per advisory with all affected components. Fixed findings are
 * omitted.
 */
export function vulnerabilitiesOf(
  findings: readonly Finding[],
  components: readonly SbomComponent[],
): SbomVulnerability[] {
  const refs = new Map<string, string>();
  for (const component of components) {
    const { group, name, version = '', properties } = component;
    const ecosystem = properties[0]?.value ?? '';
    const separator = ecosystem === 'Maven' ? ':' : '/';
    refs.set(
      JSON.stringify([ecosystem, group === undefined ? name : `${group}${separator}${name}`, version]),
      component['bom-ref'],
    );
  }
  const byId = new Map<string, SbomVulnerability>();
  for (const finding of findings) {
    if (finding.engine !== engine || finding.state === 'fixed' || finding.package === undefined) continue;
    const id = advisoryId(finding);
    const ref = refs.get(JSON.stringify([finding.package.ecosystem, finding.package.name, finding.package.version]));
    const existing = byId.get(id);
    if (existing === undefined) byId.set(id, toVulnerability(id, finding, ref));
    else {
      const [rating] = existing.ratings;
      if (severities.indexOf(finding.severity) < severities.indexOf(rating.severity))
        rating.severity = finding.severity;
      if (ref !== undefined && !existing.affects.some((other) => other.ref === ref)) existing.affects.push({ ref });
    }
  }
  return [...byId.values()];
}

/** Returns the advisory's id, which is the name of the finding's rule: each advisory has its own rule. */
const advisoryId = ({ rule }: Finding): string => oneLine(rule.slice(rule.indexOf('/') + 1), 100);

function toVulnerability(id: string, finding: Finding, ref: string | undefined): SbomVulnerability {
  const { severity, title, message, fix, suppression } = finding;
  const url = webLink(finding.url);
  return {
    'bom-ref': `vulnerability:${id}`,
    id,
    ...(url === null ? {} : { source: { url } }),
    ratings: [{ severity, method: 'other' }],
    description: `${oneLine(title, 300)}. ${oneLine(message, 2000)}`,
    ...(fix === undefined ? {} : { recommendation: oneLine(fix, 1000) }),
    ...(url === null ? {} : { advisories: [{ url }] }),
    ...(suppression === undefined
      ? {}
      : {
          analysis: {
            state: 'in_triage',
            detail: `Lived with until ${oneLine(suppression.expires, 20)}: ${oneLine(suppression.reason, 500)}`,
          },
        }),
    affects: ref === undefined ? [] : [{ ref }],
  };
}
