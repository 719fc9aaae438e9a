import {
  readWorkflow as parse,
  type Step,
} from '../../../../../packages/analyzer/src/engines/workflows/read-workflow.ts';
import {
  memberOf,
  parseYamlTree,
  textAt,
  textsOf,
  type YamlNode,
} from '../../../../../packages/analyzer/src/engines/workflows/yaml-tree.ts';

export interface WorkflowStep {
  name: string;
  id: string | null;
  uses: string;
  with: Readonly<Record<string, string>>;
}

/** One run of a job of a workflow. A matrix causes several runs of one job. */
export interface WorkflowJob {
  id: string;
  matrix: Readonly<Record<string, string>>;
  /** Permissions of the job's token, with the names that the API uses; null if the job sets none. */
  permissions: Readonly<Record<string, string>> | null;
  steps: readonly WorkflowStep[];
}

export interface Workflow {
  name: string;
  events: ReadonlySet<string>;
  jobs: readonly WorkflowJob[];
}

/** Parses a workflow. Throws for steps that do not use an action, because this runner has no shell. */
export function readWorkflow(source: string): Workflow {
  const workflow = parse(parseYamlTree(source).root, source);
  if (workflow?.kind !== 'workflow') throw new Error('This is no workflow.');
  const { root, events } = workflow;
  return {
    name: textAt(root, 'name') ?? '',
    events,
    jobs: workflow.jobs.flatMap(({ id, node, steps }) =>
      combinations(memberOf(memberOf(node, 'strategy'), 'matrix')).map((matrix) => ({
        id,
        matrix,
        permissions: permissionsOf(memberOf(node, 'permissions') ?? memberOf(root, 'permissions')),
        steps: steps.map(readStep),
      })),
    ),
  };
}

function readStep({ node, uses, with: given }: Step): WorkflowStep {
  if (uses === undefined || memberOf(node, 'if') !== undefined) {
    throw new Error('This runner knows only steps that use an action, without a condition.');
  }
  return {
    name: textAt(node, 'name') ?? uses.value,
    id: textAt(node, 'id') ?? null,
    uses: uses.value,
    with: entriesOf(given),
  };
}

/** Returns the scalar members of a YAML mapping. */
export function entriesOf(node: YamlNode | undefined): Record<string, string> {
  const entries = node?.kind === 'mapping' ? node.entries : [];
  return Object.fromEntries(
    entries.flatMap(({ key, value }) => (value.kind === 'scalar' ? [[key.value, value.value]] : [])),
  );
}

function permissionsOf(node: YamlNode | undefined): Record<string, string> | null {
  if (node === undefined) return null;
  return Object.fromEntries(Object.entries(entriesOf(node)).map(([name, level]) => [name.replaceAll('-', '_'), level]));
}

/** Returns all combinations of a matrix, or a single empty one without a matrix. */
function combinations(matrix: YamlNode | undefined): Record<string, string>[] {
  let all: Record<string, string>[] = [{}];
  for (const { key, value } of matrix?.kind === 'mapping' ? matrix.entries : []) {
    all = all.flatMap((one) => textsOf(value).map((text) => ({ ...one, [key.value]: text })));
  }
  return all;
}
