import { lineLookup } from '../../line-lookup.ts';
import { memberOf, textAt, textsOf, type YamlMapping, type YamlNode, type YamlScalar } from './yaml-tree.ts';

/** The parts of a step that rules use. */
export interface Step {
  node: YamlMapping;
  uses: YamlScalar | undefined;
  run: YamlScalar | undefined;
  with: YamlNode | undefined;
  env: YamlNode | undefined;
}

export interface Job {
  /** Id of the job; empty for the steps of a composite action. */
  id: string;
  node: YamlMapping;
  steps: readonly Step[];
}

/** A workflow or a composite action. */
export interface Workflow {
  kind: 'workflow' | 'action';
  source: string;
  root: YamlMapping;
  /** Names of the events that trigger the workflow. */
  events: ReadonlySet<string>;
  jobs: readonly Job[];
  /** True if the workflow has more steps than the limit, so that some are missing. */
  truncated: boolean;
  lineAt(offset: number): number;
}

const MAX_STEPS = 5000;

/** Reads a workflow or action from its YAML; returns undefined if the file is neither. */
export function readWorkflow(root: YamlNode | null, source: string): Workflow | undefined {
  if (root?.kind !== 'mapping') return undefined;
  const jobsNode = memberOf(root, 'jobs');
  const runs = memberOf(root, 'runs');
  if (jobsNode === undefined && runs === undefined) return undefined;
  let left = MAX_STEPS;
  const stepsOf = (node: YamlNode | undefined): Step[] => {
    const items = node?.kind === 'sequence' ? node.items.slice(0, left) : [];
    left -= items.length;
    return items.flatMap((item) => (item.kind === 'mapping' ? [stepOf(item)] : []));
  };
  const jobs: Job[] = [];
  if (jobsNode?.kind === 'mapping') {
    for (const { key, value } of jobsNode.entries) {
      if (value.kind === 'mapping') jobs.push({ id: key.value, node: value, steps: stepsOf(memberOf(value, 'steps')) });
    }
  } else if (runs?.kind === 'mapping') {
    jobs.push({ id: '', node: runs, steps: stepsOf(memberOf(runs, 'steps')) });
  }
  return {
    kind: jobsNode === undefined ? 'action' : 'workflow',
    source,
    root,
    events: eventsOf(memberOf(root, 'on')),
    jobs,
    truncated: left <= 0,
    lineAt: lineLookup(source),
  };
}

function eventsOf(on: YamlNode | undefined): Set<string> {
  if (on?.kind === 'mapping') return new Set(on.entries.map(({ key }) => key.value));
  return new Set(textsOf(on));
}

function stepOf(node: YamlMapping): Step {
  const scalar = (key: string): YamlScalar | undefined => {
    const member = memberOf(node, key);
    return member?.kind === 'scalar' ? member : undefined;
  };
  return { node, uses: scalar('uses'), run: scalar('run'), with: memberOf(node, 'with'), env: memberOf(node, 'env') };
}

/** Returns the `if` condition of a job or step; '' if it has none. */
export const conditionOf = (node: YamlMapping): string => textAt(node, 'if') ?? '';
