import { PackageGraph, type Scope } from '../package-graph.ts';
import { isCommit, vcsUrl, withoutCredentials } from '../repository-url.ts';

export interface GemRequirement {
  name: string;
  requirement: string | null;
  scope: Scope;
  version: string | null;
  vcs?: string;
  line: number;
}

/** Groups that production deployments do not install. */
const development = /^(?:development|test|tests|dev|ci|lint|docs?|rubocop|cucumber|debug)$/;

/**
 * Parses the `gem` lines of a Gemfile with their groups: https://bundler.io/man/gemfile.5.html
 * The file is a program that is not executed, so only literal values are found.
 */
export const readGemfile = (source: string): GemRequirement[] => {
  const found: GemRequirement[] = [];
  /**
   * Kinds of the blocks around the current line of the Gemfile: a development group, a path in the repository, or null for other blocks.
   */
  const blocks: ('development' | 'path' | null)[] = [];
  for (const [index, whole] of source.split('\n').entries()) {
    const line = whole.length > 2000 ? '' : whole.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (/^end\b/.test(line)) blocks.pop();
    const block = /^(\w+)\b(.*?)\bdo(?:\s*\|[^|]*\|)?\s*(?:#.*)?$/.exec(line);
    if (block !== null) {
      const [, verb, words = ''] = block;
      if (verb === 'group') blocks.push(isDevelopment(words) ? 'development' : null);
      else blocks.push(verb === 'path' ? 'path' : null);
    } else if (/^(?:if|unless|case|begin|def|while)\b/.test(line)) blocks.push(null);
    const gem = /^gem[\s(]+["']([^"']+)["'](.*)$/.exec(line);
    if (gem === null || blocks.includes('path')) continue;
    const requirement = requirementOf(gem[1] ?? '', gem[2] ?? '', index + 1);
    if (requirement === null) continue;
    found.push(blocks.includes('development') ? { ...requirement, scope: 'development' } : requirement);
  }
  return found;
};

/** Returns true if all groups in the text are for development: `:development, :test`. */
const isDevelopment = (words: string): boolean => {
  const groups = [...words.matchAll(/:(\w+)|["'](\w+)["']/g)].map((match) => match[1] ?? match[2] ?? '');
  return groups.length > 0 && groups.every((group) => development.test(group));
};

/** Returns the requirement of a gem; null for a gem of the repository itself. */
const requirementOf = (name: string, words: string, line: number): GemRequirement | null => {
  const options = words.search(/,\s*:?"?\w+"?\s*(?::|=>)/);
  const versions = [...(options < 0 ? words : words.slice(0, options)).matchAll(/["']([^"']+)["']/g)].map(
    (match) => match[1],
  );
  const settings = options < 0 ? '' : words.slice(options);
  const option = (key: string): string | null =>
    new RegExp(`\\b${key}(?::|"?\\s*=>)\\s*["']([^"']+)["']`).exec(settings)?.[1] ?? null;
  if (option('path') !== null) return null;
  const groups = /\bgroups?(?::|\s*=>)\s*(\[[^\]]*\]|:\w+)/.exec(settings)?.[1];
  const scope = groups !== undefined && isDevelopment(groups) ? 'development' : 'runtime';
  const requirement = versions.length === 0 ? null : versions.join(', ');
  const github = option('github');
  const repository = option('git') ?? (github === null ? null : `https://github.com/${github}.git`);
  if (repository === null) {
    return {
      name,
      requirement,
      scope,
      line,
      version: /^(?:=\s*)?(\d[0-9A-Za-z.]*)$/.exec(requirement ?? '')?.[1] ?? null,
    };
  }
  const ref = option('ref') ?? '';
  const commit = isCommit(ref) ? ref : null;
  const vcs = vcsUrl(repository, commit);
  return { name, requirement: requirement ?? withoutCredentials(repository), scope, line, version: commit, vcs };
};

/** Builds the graph from a manifest without a lockfile: it has only requirements and pinned versions. */
export const gemfileGraph = (requirements: readonly GemRequirement[]): PackageGraph => {
  const graph = new PackageGraph();
  for (const requested of requirements) graph.markDirect(graph.add(requested), requested.requirement, requested.scope);
  return graph;
};
