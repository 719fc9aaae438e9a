import { PackageGraph } from '../package-graph.ts';
import { folderOf, resolvePath } from '../tree-folders.ts';
import { type ExpandProperties, propertyExpander } from './expand-properties.ts';
import { type Pom, type PomDependency, pomScope } from './pom.ts';

/** Limits for parents and imports: POMs have few, and cycles must end. */
const parentsLimit = 20;
const importsLimit = 50;

/** An entry of `dependencyManagement`, and how to expand its properties. */
interface Rule {
  dependency: PomDependency;
  fill: ExpandProperties;
}

/** Resolves POMs with the parents and imports that are in the tree. POMs outside of the tree are unknown. */
export class PomModels {
  readonly #poms: ReadonlyMap<string, Pom>;
  /** Path of each POM by `group:artifact`. */
  readonly #paths = new Map<string, string>();
  readonly #rules = new Map<string, ReadonlyMap<string, Rule>>();

  constructor(poms: ReadonlyMap<string, Pom>) {
    this.#poms = poms;
    for (const [path, pom] of poms) {
      const group = pom.group ?? pom.parent?.group;
      if (group !== undefined && pom.artifact !== null) this.#paths.set(`${group}:${pom.artifact}`, path);
    }
  }

  /**
   * Builds the dependencies of a POM with expanded versions, properties and scopes:
   * https://maven.apache.org/guides/introduction/introduction-to-dependency-mechanism.html
   * Maven uses a plain version of a direct dependency as it is; a range is not resolved. Modules of the tree are
   * omitted. A dependency that a POM inherits is listed once, at the parent.
   */
  graphOf(path: string): PackageGraph {
    const graph = new PackageGraph();
    const chain = this.#lineage(path);
    const fill = propertyExpander(chain);
    const rules = this.#rulesOf(path);
    for (const dependency of chain[0]?.dependencies ?? []) {
      const name = nameOf(dependency, fill);
      if (this.#paths.has(name) || dependency.scope === 'system') continue;
      const rule = rules.get(name);
      const managed = rule?.dependency.version ?? null;
      const requirement =
        dependency.version === null
          ? managed === null
            ? null
            : (rule?.fill(managed) ?? null)
          : fill(dependency.version);
      const index = graph.add({ name, version: pinned(requirement), line: dependency.line });
      graph.markDirect(index, requirement, pomScope(fill(dependency.scope ?? rule?.dependency.scope ?? '')));
    }
    return graph;
  }

  /** Returns the POM followed by its parents in the tree. */
  #lineage(path: string): Pom[] {
    const chain: Pom[] = [];
    for (let at: string | null = path; at !== null && chain.length < parentsLimit; ) {
      const pom = this.#poms.get(at);
      if (pom === undefined || chain.includes(pom)) break;
      chain.push(pom);
      at = this.#parentPath(at, pom);
    }
    return chain;
  }

  #parentPath(path: string, { parent }: Pom): string | null {
    if (parent === null) return null;
    const parentPath = resolvePath(folderOf(path), parent.path);
    const candidates = parentPath === null ? [] : [parentPath, parentPath === '' ? 'pom.xml' : `${parentPath}/pom.xml`];
    // Another POM at that path is not the parent: Maven would fetch the parent from a repository.
    return candidates.find((candidate) => this.#poms.get(candidate)?.artifact === parent.artifact) ?? null;
  }

  /** Returns the managed versions by package name. The nearest rule wins; imported rules have the lowest priority. */
  #rulesOf(path: string): ReadonlyMap<string, Rule> {
    const cached = this.#rules.get(path);
    if (cached !== undefined) return cached;
    const rules = new Map<string, Rule>();
    // Cache the map before it is complete, so that cyclic imports end.
    this.#rules.set(path, rules);
    const chain = this.#lineage(path);
    const fill = propertyExpander(chain);
    const imports = new Set<string>();
    for (const pom of chain) {
      for (const dependency of pom.managed) {
        const name = nameOf(dependency, fill);
        const imported = dependency.scope === 'import' ? this.#paths.get(name) : undefined;
        if (imported !== undefined && imports.size < importsLimit) imports.add(imported);
        else if (dependency.scope !== 'import' && !rules.has(name)) rules.set(name, { dependency, fill });
      }
    }
    for (const imported of imports) {
      for (const [name, rule] of this.#rulesOf(imported)) if (!rules.has(name)) rules.set(name, rule);
    }
    return rules;
  }
}

const nameOf = ({ group, artifact }: PomDependency, fill: ExpandProperties): string =>
  `${fill(group)}:${fill(artifact)}`;

/**
 * Returns the version of `1.2.3` or `[1.2.3]`; null for ranges (`[1,2)`, Gradle's `1.+`) and for names without a digit
 * (`LATEST`).
 */
export const pinned = (requirement: string | null): string | null => {
  const version = /^(?:\[\s*)?([0-9A-Za-z][0-9A-Za-z._+-]{0,100})(?:\s*\])?$/.exec(requirement ?? '')?.[1] ?? null;
  return version !== null && /\d/.test(version) && !version.endsWith('+') ? version : null;
};
