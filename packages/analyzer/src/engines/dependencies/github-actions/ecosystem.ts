import type { EcosystemReader } from '../ecosystem-reader.ts';
import { PackageGraph } from '../package-graph.ts';
import { parseYaml } from '../parse-manifest.ts';
import { list, own, ownEntries, ownText } from '../untrusted.ts';

/** Actions and reusable workflows that workflows and composite actions use; what is in the repository itself or an image is left out. */
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

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsuses */
const readUses = (source: string): PackageGraph => {
  const graph = new PackageGraph();
  // Most time goes into parsing, and most `action.yml` of other tools have no such word.
  if (!source.includes('uses')) return graph;
  const workflow = parseYaml(source);
  const jobs = ownEntries(workflow, 'jobs').map(([, job]) => job);
  const steps = [...jobs, own(workflow, 'runs')].flatMap((holder) => list(own(holder, 'steps')));
  const lines = linesOfUses(source);
  const used = [...jobs, ...steps].flatMap((holder) => ownText(holder, 'uses') ?? []);
  for (const uses of new Set(used)) {
    const found = /^([\w.-]+\/[\w.-]+)(?:\/[^@\s]*)?@(\S+)$/.exec(uses.trim());
    if (found === null || uses.startsWith('./')) continue;
    const [, name = '', ref = ''] = found;
    graph.ask(graph.add({ name, version: ref, line: lines.get(uses) ?? null }), ref, 'development');
  }
  return graph;
};

/** The first line of each value of a `uses:`, as they are usually written. */
const linesOfUses = (source: string): Map<string, number> => {
  const lines = new Map<string, number>();
  for (const [index, line] of source.split('\n').entries()) {
    const value = /^[\s-]{0,200}"?uses"?:\s{1,20}["']?([^\s"'#]+)/.exec(line)?.[1];
    if (value !== undefined && !lines.has(value)) lines.set(value, index + 1);
  }
  return lines;
};
