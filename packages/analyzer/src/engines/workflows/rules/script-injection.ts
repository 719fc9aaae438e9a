import type { FileFinding } from '../../../finding.ts';
import { type Expression, expressionsOf, namesIn, untrustedPart } from '../expressions.ts';
import type { Job, Step, Workflow } from '../read-workflow.ts';
import { memberOf, type YamlNode, type YamlScalar } from '../yaml-tree.ts';

const url =
  'https://docs.github.com/en/actions/reference/security/secure-use#good-practices-for-mitigating-script-injection-attacks';

/** Inputs of actions that are executed as scripts. */
const scriptInputs: Readonly<Record<string, string>> = {
  'actions/github-script': 'script',
  'appleboy/ssh-action': 'script',
  'azure/cli': 'inlinescript',
  'azure/powershell': 'inlinescript',
  'nick-fields/retry': 'command',
};

/** Reports untrusted text that is inserted into a script before the interpreter reads it. */
export function scriptInjection(workflow: Workflow): FileFinding[] {
  const findings = new Map<string, FileFinding>();
  const report = (finding: FileFinding): void => {
    if (!findings.has(finding.identity)) findings.set(finding.identity, finding);
  };
  const free = freeInputs(workflow);
  for (const job of workflow.jobs) {
    for (const step of job.steps) {
      const script = scriptOf(step);
      if (script === undefined) continue;
      const variables = taintedVariables(workflow, job, step);
      for (const expression of expressionsOf(script, workflow.source)) {
        const lines = { start_line: workflow.lineAt(expression.start), end_line: workflow.lineAt(expression.end) };
        const part = untrustedPart(expression.text) ?? throughVariable(expression, variables);
        if (part !== undefined) report({ ...injection(part, job), ...lines });
        for (const name of namesIn(expression.text, 'inputs')) {
          if (free.has(name.toLowerCase())) report({ ...inputInjection(name, job), ...lines });
        }
      }
    }
  }
  return [...findings.values()];
}

const injection = (part: string, job: Job): Omit<FileFinding, 'start_line' | 'end_line'> => ({
  rule: 'workflows/script-injection',
  severity: 'critical',
  title: `${part} is put into a script`.slice(0, 200),
  message: `Whoever writes ${part} (a title, a branch name, a comment) can run commands in ${nameOf(job)}, with its token and secrets: the expression is replaced before the interpreter reads the script.`,
  fix: 'Pass it through "env:" and use the variable ("$TITLE", in quotes; process.env.TITLE in github-script).',
  url,
  identity: `${job.id} ${part.toLowerCase()}`,
});

const inputInjection = (name: string, job: Job): Omit<FileFinding, 'start_line' | 'end_line'> => ({
  rule: 'workflows/input-in-script',
  severity: 'low',
  title: `The input ${name} is put into a script`.slice(0, 200),
  message: `Any text may be handed over as ${name}: a caller that passes on a title or a branch name lets its author run commands in ${nameOf(job)}.`,
  fix: 'Pass it through "env:" and use the variable, in quotes.',
  url,
  identity: `${job.id} ${name.toLowerCase()}`,
});

const nameOf = (job: Job): string => (job.id === '' ? 'the action' : `the job ${job.id}`);

function scriptOf(step: Step): YamlScalar | undefined {
  if (step.run !== undefined) return step.run;
  const action = step.uses?.value.split('@', 1)[0]?.toLowerCase() ?? '';
  const input = Object.hasOwn(scriptInputs, action) ? scriptInputs[action] : undefined;
  const script = input === undefined ? undefined : memberOf(step.with, input);
  return script?.kind === 'scalar' ? script : undefined;
}

/** Returns the environment variables with untrusted text: `$NAME` is safe in a script, `${{ env.NAME }}` is not. */
function taintedVariables(workflow: Workflow, job: Job, step: Step): Map<string, string> {
  const tainted = new Map<string, string>();
  for (const env of [memberOf(workflow.root, 'env'), memberOf(job.node, 'env'), step.env]) {
    if (env?.kind !== 'mapping') continue;
    for (const { key, value } of env.entries) {
      const parts = value.kind === 'scalar' ? expressionsOf(value, workflow.source) : [];
      const part = parts.map(({ text }) => untrustedPart(text)).find((one) => one !== undefined);
      if (part === undefined) tainted.delete(key.value.toLowerCase());
      else tainted.set(key.value.toLowerCase(), part);
    }
  }
  return tainted;
}

function throughVariable(expression: Expression, variables: ReadonlyMap<string, string>): string | undefined {
  if (variables.size === 0) return undefined;
  return namesIn(expression.text, 'env')
    .map((name) => variables.get(name.toLowerCase()))
    .find((part) => part !== undefined);
}

/**
 * Returns the inputs that callers can set to any text. Inputs of `workflow_dispatch` are not included, because only
 * people with write access can set them.
 */
function freeInputs({ kind, root }: Workflow): Set<string> {
  const declared: YamlNode | undefined =
    kind === 'action' ? memberOf(root, 'inputs') : memberOf(memberOf(memberOf(root, 'on'), 'workflow_call'), 'inputs');
  const names = new Set<string>();
  if (declared?.kind !== 'mapping') return names;
  for (const { key, value } of declared.entries) {
    const type = memberOf(value, 'type');
    const isText = type === undefined || (type.kind === 'scalar' && type.value === 'string');
    if (isText) names.add(key.value.toLowerCase());
  }
  return names;
}
