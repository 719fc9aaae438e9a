import type { PackageGraph } from '../package-graph.ts';
import { withoutCredentials } from '../repository-url.ts';
import type { NpmRequirement } from './package-json.ts';
import { npmTarget } from './requirement.ts';

/** What a lockfile of the npm ecosystem comes to. */
export interface NpmLockfile {
  graph: PackageGraph;
  /** Folders of the packages it answers for, relative to its own, '' for that. */
  members: string[];
}

/** Asks for what one package of the project asks for. `find` gives the index of what was installed for a name there. */
export const askFor = (
  graph: PackageGraph,
  requirements: readonly NpmRequirement[],
  find: (requirement: NpmRequirement) => number | undefined,
): void => {
  for (const asked of requirements) {
    const found = find(asked);
    if (found === undefined) continue;
    const range = npmTarget(asked.name, asked.requirement)?.range ?? asked.requirement;
    graph.ask(found, withoutCredentials(range), asked.scope);
  }
};
