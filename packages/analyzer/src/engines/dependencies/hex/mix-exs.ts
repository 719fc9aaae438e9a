import { PackageGraph, type Scope } from '../package-graph.ts';
import { isCommit, vcsUrl, withoutCredentials } from '../repository-url.ts';

export interface MixRequirement {
  /** Name under which the application requires the package; the lockfile uses the same name as key. */
  key: string;
  name: string;
  requirement: string | null;
  scope: Scope;
  version: string | null;
  vcs?: string;
  line: number;
}

/**
 * Parses the tuples of the `deps` function of a mix.exs: https://hexdocs.pm/mix/Mix.Tasks.Deps.html
 * The file is a program that is not executed, so only literal values are found.
 */
export const readMixExs = (source: string): MixRequirement[] => {
  const found: MixRequirement[] = [];
  let open: { text: string; line: number } | null = null;
  let end: RegExp | null = null;
  for (const [index, whole] of source.split('\n').entries()) {
    if (whole.length > 2000) continue;
    const line = whole.replace(/(?:^|\s)#.*$/, '');
    const begins = /^(\s*)defp?\s+deps\b[^,]*\bdo\s*$/.exec(line);
    if (begins !== null) end = new RegExp(`^ {${begins[1]?.length ?? 0}}end\\b`);
    else if (end?.test(line) === true) end = null;
    if (end === null) continue;
    // A tuple may span several lines. Real ones are far below 4,000 characters.
    for (const part of line.split(/(?=\{\s*:)/)) {
      if (/^\{\s*:/.test(part)) open = { text: part, line: index + 1 };
      else if (open !== null && open.text.length < 4000) open.text += ` ${part.trim()}`;
      if (open === null || !open.text.includes('}')) continue;
      const requirement = requirementOf(open.text.slice(0, open.text.indexOf('}')), open.line);
      if (requirement !== null) found.push(requirement);
      open = null;
    }
  }
  return found;
};

const requirementOf = (tuple: string, line: number): MixRequirement | null => {
  const key = /^\{\s*:(?:"([^"]+)"|(\w+))/.exec(tuple);
  const name = key?.[1] ?? key?.[2];
  if (name === undefined || /\b(?:path|in_umbrella):/.test(tuple)) return null;
  const option = (option: string): string | null =>
    new RegExp(`\\b${option}:\\s*(?:"([^"]*)"|:(\\w+))`)
      .exec(tuple)
      ?.slice(1)
      .find((value) => value !== undefined) ?? null;
  const requirement = /^\{\s*:(?:"[^"]+"|\w+)\s*,\s*"([^"]*)"/.exec(tuple)?.[1] ?? null;
  const github = option('github');
  const repository = option('git') ?? (github === null ? null : `https://github.com/${github}.git`);
  const only = /\bonly:\s*(\[[^\]]*\]|:\w+)/.exec(tuple)?.[1];
  const scope = only !== undefined && !only.includes(':prod') ? 'development' : 'runtime';
  const common = { key: name, name: option('hex') ?? name, scope, line } as const;
  if (repository === null) {
    return { ...common, requirement, version: /^(?:==\s*)?(\d+\.\d+\.\d+\S*)$/.exec(requirement ?? '')?.[1] ?? null };
  }
  const ref = option('ref') ?? '';
  const commit = isCommit(ref) ? ref : null;
  return { ...common, requirement: withoutCredentials(repository), version: commit, vcs: vcsUrl(repository, commit) };
};

/** Builds the graph from a manifest without a lockfile: it has only requirements and pinned versions. */
export const mixGraph = (requirements: readonly MixRequirement[]): PackageGraph => {
  const graph = new PackageGraph();
  for (const requested of requirements) graph.markDirect(graph.add(requested), requested.requirement, requested.scope);
  return graph;
};
