import type { FileFinding } from '../../../finding.ts';
import { expressionsOf } from '../expressions.ts';
import type { Job, Workflow } from '../read-workflow.ts';
import { memberOf, type YamlMapping, type YamlNode, type YamlScalar } from '../yaml-tree.ts';

/** Reports secrets that are passed to more places than necessary, or written into the file. */
export function exposedSecrets(workflow: Workflow): FileFinding[] {
  return workflow.jobs.flatMap((job) => [
    ...inherited(workflow, job),
    ...credentials(workflow, job),
    ...allAtOnce(workflow, job),
  ]);
}

function inherited(workflow: Workflow, job: Job): FileFinding[] {
  const uses = memberOf(job.node, 'uses');
  const secrets = memberOf(job.node, 'secrets');
  if (uses?.kind !== 'scalar' || secrets?.kind !== 'scalar' || secrets.value !== 'inherit') return [];
  // Report only reusable workflows of other repositories (`owner/name/…@ref`). Those of the same repository are referenced by path, and
  // the file does not say which owner the repository has.
  if (!/^[\w.-]+\/[\w.-]+\/.*@/.test(uses.value) || uses.value.startsWith('./')) return [];
  return [
    {
      ...at(workflow, secrets),
      rule: 'workflows/secrets-inherit',
      severity: 'medium',
      title: `Every secret is handed to ${uses.value}`.slice(0, 200),
      message: `"secrets: inherit" gives ${uses.value} all secrets of this repository and its organization, whether it needs them or not.`,
      fix: 'Name the secrets it needs under "secrets:".',
      url: 'https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows#passing-inputs-and-secrets-to-a-reusable-workflow',
      identity: `${job.id} ${uses.value.split('@', 1)[0] ?? ''}`,
    },
  ];
}

function credentials(workflow: Workflow, job: Job): FileFinding[] {
  const services = memberOf(job.node, 'services');
  const containers: [string, YamlNode | undefined][] = [
    ['container', memberOf(job.node, 'container')],
    ...(services?.kind === 'mapping'
      ? services.entries.map(({ key, value }): [string, YamlNode] => [key.value, value])
      : []),
  ];
  return containers.flatMap(([name, container]) => {
    const password = memberOf(memberOf(container, 'credentials'), 'password');
    if (password?.kind !== 'scalar' || password.value === '' || password.value.includes('${{')) return [];
    return [
      {
        ...at(workflow, password),
        rule: 'workflows/hard-coded-credentials',
        severity: 'high',
        title: `The password of a container registry stands in the job ${job.id}`.slice(0, 200),
        message: `The password for the image of ${name} can be read by everybody who can read the repository or any copy of its history.`,
        fix: 'Change the password, then take it from the context "secrets".',
        url: 'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idcontainercredentials',
        identity: `${job.id} ${name}`,
      } satisfies FileFinding,
    ];
  });
}

function allAtOnce(workflow: Workflow, job: Job): FileFinding[] {
  const expression = scalarsOf(job.node)
    .flatMap((scalar) => expressionsOf(scalar, workflow.source))
    .find(({ text }) => /tojson\(\s*secrets\s*\)/i.test(text));
  if (expression === undefined) return [];
  return [
    {
      ...at(workflow, expression),
      rule: 'workflows/all-secrets',
      severity: 'medium',
      title: `The job ${job.id} writes out all secrets`.slice(0, 200),
      message:
        'toJSON(secrets) hands over every secret of the repository and its organization, and what is printed of it may not be masked in the log.',
      fix: 'Name the secrets that are needed.',
      url: 'https://docs.github.com/en/actions/reference/security/secure-use#use-secrets-for-sensitive-information',
      identity: job.id,
    },
  ];
}

const MAX_SCALARS = 20_000;

function scalarsOf(root: YamlMapping): YamlScalar[] {
  const scalars: YamlScalar[] = [];
  const seen = new Set<YamlNode>();
  const walk = (node: YamlNode): void => {
    // Visit each YAML node once, because with aliases one node may appear at several places.
    if (scalars.length >= MAX_SCALARS || seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'scalar') scalars.push(node);
    else if (node.kind === 'sequence') node.items.forEach(walk);
    else for (const { value } of node.entries) walk(value);
  };
  walk(root);
  return scalars;
}

function at(
  workflow: Workflow,
  { start, end }: { start: number; end: number },
): Pick<FileFinding, 'start_line' | 'end_line'> {
  return { start_line: workflow.lineAt(start), end_line: workflow.lineAt(Math.max(start, end - 1)) };
}
