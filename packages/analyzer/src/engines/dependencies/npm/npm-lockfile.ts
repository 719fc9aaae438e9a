import type { PackageGraph } from '../package-graph.ts';
import { withoutCredentials } from '../repository-url.ts';
import { parseNpmRequirement } from './npm-requirement.ts';
import type { NpmRequirement } from './package-json.ts';

/** A parsed lockfile of the npm ecosystem. */
export interface NpmLockfile {
  graph: PackageGraph;
  /** Folders of the packages that the lockfile covers, relative to the lockfile's folder (which is ''). */
  members: string[];
}

/**
 * Marks the direct dependencies of one package of the project.
 * @param find returns the graph index of the installed package for a requirement
 */
export const markDirectDependencies = (
  graph: PackageGraph,
  requirements: readonly NpmRequirement[],
  find: (requirement: NpmRequirement) => number | undefined,
): void => {
  for (const requested of requirements) {
    const found = find(requested);
    if (found === undefined) continue;
    const range = parseNpmRequirement(requested.name, requested.requirement)?.range ?? requested.requirement;
    graph.markDirect(found, withoutCredentials(range), requested.scope);
  }
};
