import { folderOf, resolveIn } from '../folder.ts';
import { PackageGraph } from '../package-graph.ts';
import { type Fill, fillFrom } from './fill-properties.ts';
import { type Pom, type PomDependency, pomScope } from './pom.ts';

/** A POM has a few parents; a chain that is longer, or a ring, is cut. */
const parentsLimit = 20;
const importsLimit = 50;

/** What `dependencyManagement` says of a package, and how to fill in its properties. */
interface Rule {
  dependency: PomDependency;
  fill: Fill;
}

/** The POMs of a tree with what each has from its parents and imports in it. What others say, outside of the tree, is not known. */
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
   * What a POM asks for, with versions, properties and scopes filled in:
   * https://maven.apache.org/guides/introduction/introduction-to-dependency-mechanism.html
   * A plain version is what Maven takes for a direct dependency; a range is not resolved. Modules of the tree are left out. What
   * parents ask for, their children ask for too: it is told once, where it stands.
   */
  graphOf(path: string): PackageGraph {
    const graph = new PackageGraph();
    const chain = this.#lineage(path);
    const fill = fillFrom(chain);
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
      graph.ask(index, requirement, pomScope(fill(dependency.scope ?? rule?.dependency.scope ?? '')));
    }
    return graph;
  }

  /** The POM and its parents in the tree, itself first. */
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
    const told = resolveIn(folderOf(path), parent.path);
    const candidates = told === null ? [] : [told, told === '' ? 'pom.xml' : `${told}/pom.xml`];
    // Another POM at that place is not the parent: Maven would fetch it from a repository.
    return candidates.find((candidate) => this.#poms.get(candidate)?.artifact === parent.artifact) ?? null;
  }

  /** By package. The nearest rule wins; those of imported POMs come after a POM's own. */
  #rulesOf(path: string): ReadonlyMap<string, Rule> {
    const known = this.#rules.get(path);
    if (known !== undefined) return known;
    const rules = new Map<string, Rule>();
    // Set before it is complete: who imports itself, by whatever way, gets what there is so far.
    this.#rules.set(path, rules);
    const chain = this.#lineage(path);
    const fill = fillFrom(chain);
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

const nameOf = ({ group, artifact }: PomDependency, fill: Fill): string => `${fill(group)}:${fill(artifact)}`;

/** `1.2.3` or `[1.2.3]`; not `[1,2)`, nor Gradle's `1.+`, nor what has no digit in it, as `LATEST`. */
export const pinned = (requirement: string | null): string | null => {
  const version = /^(?:\[\s*)?([0-9A-Za-z][0-9A-Za-z._+-]{0,100})(?:\s*\])?$/.exec(requirement ?? '')?.[1] ?? null;
  return version !== null && /\d/.test(version) && !version.endsWith('+') ? version : null;
};
