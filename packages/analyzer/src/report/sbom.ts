import { createHash } from 'node:crypto';
import type { AnalysisReport } from '../result.ts';
import { oneLine } from './safe-text.ts';
import { componentsOf, type SbomComponent } from './sbom/components.ts';
import { dependencyGraph, type SbomDependency } from './sbom/dependency-graph.ts';
import { type SbomVulnerability, vulnerabilitiesOf } from './sbom/vulnerabilities.ts';

/** The used part of CycloneDX: https://cyclonedx.org/docs/1.6/json/ */
export interface Sbom {
  $schema: string;
  bomFormat: 'CycloneDX';
  specVersion: '1.6';
  serialNumber: string;
  version: 1;
  metadata: {
    timestamp: string;
    lifecycles: [{ phase: 'pre-build' }];
    tools: { components: { type: 'application'; name: string; version: string }[] };
    component: { type: 'application'; 'bom-ref': string; name: string; version?: string };
  };
  components: SbomComponent[];
  dependencies: SbomDependency[];
  compositions: { aggregate: 'incomplete' | 'unknown'; assemblies?: string[]; dependencies?: string[] }[];
  vulnerabilities: SbomVulnerability[];
}

const rootRef = 'repository';

/** Converts the dependencies to a CycloneDX 1.6 software bill of materials (SBOM). Equal reports give equal documents. */
export function toSbom(report: AnalysisReport): Sbom {
  const { repository, facts, findings, tool, created_at } = report;
  const components = componentsOf(facts.dependencies);
  const dependencies = dependencyGraph(rootRef, facts.dependencies);
  const isWhole = report.result.engines.some(({ name, complete }) => name === 'dependencies' && complete);
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialNumber([repository.name, repository.commit, report.depth, created_at]),
    version: 1,
    metadata: {
      timestamp: created_at,
      lifecycles: [{ phase: 'pre-build' }],
      tools: {
        components: [{ type: 'application', name: oneLine(tool.name, 100), version: oneLine(tool.version, 100) }],
      },
      component: {
        type: 'application',
        'bom-ref': rootRef,
        name: oneLine(repository.name, 300) || 'repository',
        ...(repository.commit === null ? {} : { version: oneLine(repository.commit, 100) }),
      },
    },
    components,
    dependencies,
    // The graph is incomplete because the report has only the shortest path to each package.
    compositions: [{ aggregate: isWhole ? 'incomplete' : 'unknown', dependencies: [rootRef] }],
    vulnerabilities: vulnerabilitiesOf(findings, components),
  };
}

/** Builds a UUID version 8 from a hash of its parts: https://www.rfc-editor.org/rfc/rfc9562#section-5.8 */
function serialNumber(parts: readonly (string | null)[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  const uuid = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${uuid.join('-')}`;
}
