import type { FileFinding } from '../../../finding.ts';
import type { Severity } from '../../../severity.ts';
import { expressionsOf } from '../expressions.ts';
import { conditionOf, type Job, type Step, type Workflow } from '../read-workflow.ts';
import { memberOf, textAt, type YamlScalar } from '../yaml-tree.ts';

/** Events that outsiders can cause and that run with the repository's secrets and a token with write access. */
const PRIVILEGED = ['pull_request_target', 'workflow_run', 'issue_comment'];
const HEAD =
  /github\.head_ref|github\.event\.pull_request\.(?:head\.|merge_commit_sha|number)|github\.event\.workflow_run\.(?:head_|pull_requests)|github\.event\.(?:number|issue\.number)|refs\/pull\//i;
const FETCHES_HEAD = /\bgh\s+pr\s+checkout\b|\bgit\s+(?:fetch|pull)\b[^\n]{0,200}\bpull\/[^\n]{0,100}\/(?:head|merge)/;
/** Matches `if` conditions that exclude pull requests from forks or require a trusted person. */
const GUARD =
  /head\.repo\.full_name\s*==\s*github\.repository|github\.repository\s*==\s*github\.event\.[\w.]*head[\w.]*full_name|head_repository\.full_name\s*==\s*github\.repository|head\.repo\.fork\s*(?:==\s*false|!=\s*true)|!\s*github\.event\.pull_request\.head\.repo\.fork|author_association|head_repository\.fork\s*==\s*false|github\.(?:actor|triggering_actor|event\.sender\.login|event\.pull_request\.user\.login)\s*==/i;
/** Matches actions that do not execute files of the checkout. */
const INERT =
  /^actions\/(?:checkout|labeler|upload-artifact|download-artifact|github-script|stale|first-interaction)@/i;

/**
 * Reports `pull_request_target` and similar events that run a pull request's code with access to the repository's
 * secrets.
 */
export function untrustedCheckout(workflow: Workflow): FileFinding[] {
  const events = PRIVILEGED.filter((event) => workflow.events.has(event));
  if (events.length === 0) return [];
  const others = [...workflow.events].filter((event) => !PRIVILEGED.includes(event));
  return workflow.jobs.flatMap((job) => {
    if (GUARD.test(conditionOf(job.node)) || onlyFor(others, conditionOf(job.node))) return [];
    const at = job.steps.findIndex(
      (step) => !GUARD.test(conditionOf(step.node)) && checksOutHead(step, workflow.source),
    );
    const checkout = job.steps[at];
    if (checkout === undefined) return [];
    return [faultOf(workflow, job, checkout, events, severityOf(job, at))];
  });
}

/** Returns true if the condition limits the job to unprivileged events: `if: github.event_name == 'push'`. */
const onlyFor = (events: readonly string[], condition: string): boolean => {
  const named = [...condition.matchAll(/github\.event_name\s*==\s*'(\w+)'/g)].map(([, event = '']) => event);
  return named.length > 0 && named.every((event) => events.includes(event));
};

function checksOutHead(step: Step, source: string): boolean {
  if (step.run !== undefined) {
    const script = step.run.value;
    if (FETCHES_HEAD.test(script)) return true;
    return /\bgit\s+(?:checkout|switch|reset)\b/.test(script) && namesHead(step.run, source);
  }
  if (!/^actions\/checkout@/i.test(step.uses?.value ?? '')) return false;
  return ['ref', 'repository'].some((input) => {
    const value = memberOf(step.with, input);
    return value?.kind === 'scalar' && (namesHead(value, source) || /refs\/pull\//.test(value.value));
  });
}

/** Returns true if a value refers to the pull request's head; its base is trusted. */
const namesHead = (scalar: YamlScalar, source: string): boolean =>
  expressionsOf(scalar, source).some(({ text }) => HEAD.test(text));

function severityOf(job: Job, checkoutAt: number): Severity {
  const after = job.steps.slice(checkoutAt);
  const runs = after.some(({ run, uses }, place) =>
    run === undefined ? !INERT.test(uses?.value ?? '') : place > 0 || run.value.trim().split('\n').length > 1,
  );
  if (!runs) return 'medium';
  // An environment may require an approval, which is configured outside of the repository.
  return memberOf(job.node, 'environment') === undefined ? 'critical' : 'high';
}

function faultOf(workflow: Workflow, job: Job, step: Step, events: readonly string[], severity: Severity): FileFinding {
  const line = workflow.lineAt(placeOf(step, workflow.source));
  return {
    rule: 'workflows/untrusted-checkout',
    severity,
    title: `The job ${job.id} runs a pull request's code with the repository's rights`.slice(0, 200),
    message: `${events.join(' and ')} runs with the secrets of this repository and a token for it, and the job ${job.id} checks out what somebody else has written${severity === 'medium' ? '; it runs none of it now' : ' and runs it'}. Anybody who can open a pull request can take both.`,
    start_line: line,
    end_line: line,
    fix: 'Build and test pull requests on "pull_request", and leave only what needs rights to a workflow that does not check out their code.',
    url: 'https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/',
    identity: `${job.id} ${textAt(step.node, 'name') ?? step.uses?.value.split('@', 1)[0] ?? 'run'}`,
  };
}

/** Returns the offset at which a step's checkout is reported: that of the git command in its script, or of the step. */
function placeOf({ uses, run, node }: Step, source: string): number {
  if (run === undefined) return uses?.start ?? node.start;
  const command = /\bgh\s+pr\s+checkout\b|\bgit\s+(?:fetch|pull|checkout|switch|reset)\b/.exec(
    source.slice(run.start, run.end),
  );
  return run.start + (command?.index ?? 0);
}
