import { LineFinder } from '../line-finder.ts';
import { PackageGraph, type Scope } from '../package-graph.ts';
import { parseJson } from '../parse-manifest.ts';
import { asText, getEntries, getText } from '../untrusted-data.ts';

interface ComposerRequirement {
  name: string;
  requirement: string;
  scope: Scope;
  line: number | null;
}

export interface ComposerJson {
  /** Type of the package: `project` for an application; null means `library`. */
  type: string | null;
  requirements: ComposerRequirement[];
}

/** Names without a slash are PHP itself, its extensions and libraries, or Composer. */
export const isPlatform = (name: string): boolean => !name.includes('/');

/** Parses composer.json: https://getcomposer.org/doc/04-schema.md */
export const parseComposerJson = (source: string): ComposerJson => {
  const manifest = parseJson(source);
  const lines = new LineFinder(source);
  const read = (group: string, scope: Scope): ComposerRequirement[] => {
    lines.rewind().find(`"${group}"`);
    return getEntries(manifest, group).flatMap(([name, value]) => {
      const requirement = asText(value);
      if (requirement === null || isPlatform(name)) return [];
      return [{ name: name.toLowerCase(), requirement, scope, line: lines.find(JSON.stringify(name)) }];
    });
  };
  return {
    type: getText(manifest, 'type'),
    requirements: [...read('require', 'runtime'), ...read('require-dev', 'development')],
  };
};

/** Builds the graph from a manifest without a lockfile: it has only requirements and pinned versions. */
export const composerJsonGraph = ({ requirements }: ComposerJson): PackageGraph => {
  const graph = new PackageGraph();
  for (const { name, requirement, scope, line } of requirements) {
    const version = /^=?v?\d+(?:\.\d+){1,3}(?:-[0-9A-Za-z.]+)?$/.test(requirement)
      ? requirement.replace('=', '')
      : null;
    graph.markDirect(graph.add({ name, version, line }), requirement, scope);
  }
  return graph;
};
