import type { EcosystemReader } from '../ecosystem-reader.ts';
import { PackageGraph } from '../package-graph.ts';
import { parseYaml } from '../parse-manifest.ts';
import { asList, getEntries, getProperty, getText } from '../untrusted-data.ts';

/**
 * Reads the actions and reusable workflows that workflows and composite actions use, except local ones and container
 * images.
 */
export const githubActionsReader: EcosystemReader = {
  ecosystem: 'GitHub Actions',
  reads: (path, name) =>
    /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path) || name === 'action.yml' || name === 'action.yaml',
  async read(paths, source) {
    const graphs = [];
    for (const path of paths) {
      const graph = await source.parse(path, readUses);
      if (graph !== null && graph.size > 0) graphs.push({ manifest: path, graph });
    }
    return { graphs };
  },
};

/** Finds `uses` of steps and jobs: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsuses */
const readUses = (source: string): PackageGraph => {
  const graph = new PackageGraph();
  // Skip parsing, which takes most of the time, if the word does not occur: many tools have an `action.yml`.
  if (!source.includes('uses')) return graph;
  const workflow = parseYaml(source);
  const jobs = getEntries(workflow, 'jobs').map(([, job]) => job);
  const steps = [...jobs, getProperty(workflow, 'runs')].flatMap((holder) => asList(getProperty(holder, 'steps')));
  const lines = linesOfUses(source);
  const used = [...jobs, ...steps].flatMap((holder) => getText(holder, 'uses') ?? []);
  for (const uses of new Set(used)) {
    const found = /^([\w.-]+\/[\w.-]+)(?:\/[^@\s]*)?@(\S+)$/.exec(uses.trim());
    if (found === null || uses.startsWith('./')) continue;
    const [, name = '', ref = ''] = found;
    graph.markDirect(graph.add({ name, version: ref, line: lines.get(uses) ?? null }), ref, 'development');
  }
  return graph;
};

/** Returns the first line of each `uses:` value in its usual form. */
const linesOfUses = (source: string): Map<string, number> => {
  const lines = new Map<string, number>();
  for (const [index, line] of source.split('\n').entries()) {
    const value = /^[\s-]{0,200}"?uses"?:\s{1,20}["']?([^\s"'#]+)/.exec(line)?.[1];
    if (value !== undefined && !lines.has(value)) lines.set(value, index + 1);
  }
  return lines;
};
