import type { FileFinding } from '../../../finding.ts';
import { conditionOf, type Job, type Workflow } from '../read-workflow.ts';
import { memberOf, textsOf, type YamlNode } from '../yaml-tree.ts';

const PIPED =
  /\b(?:curl|wget)\b(?:[^\n|;&]|\\\n){0,500}\|\s*(?:sudo\s+(?:-\w{1,20}\s+){0,5})?(?:env\s+)?(?:ba|z|da|k)?sh\b|\b(?:ba|z|da)?sh\s+(?:-c\s+["']?\$|<)\((?:curl|wget)\b|\b(?:iwr|irm|invoke-webrequest|invoke-restmethod)\b[^\n|]{0,500}\|\s*(?:iex|invoke-expression)\b/i;

/** Reports self-hosted runners that outsiders can reach, insecure workflow commands, and scripts from the network. */
export function runnersAndCommands(workflow: Workflow): FileFinding[] {
  return [
    ...unsecureCommands(workflow),
    ...workflow.jobs.flatMap((job) => [...selfHosted(workflow, job), ...piped(workflow, job)]),
  ];
}

function selfHosted(workflow: Workflow, job: Job): FileFinding[] {
  const events = ['pull_request', 'pull_request_target'].filter((event) => workflow.events.has(event));
  const runsOn = memberOf(job.node, 'runs-on');
  const labels = runsOn?.kind === 'mapping' ? textsOf(memberOf(runsOn, 'labels')) : textsOf(runsOn);
  if (events.length === 0 || runsOn === undefined || !labels.includes('self-hosted')) return [];
  if (/head\.repo\.full_name\s*==|head\.repo\.fork/.test(conditionOf(job.node))) return [];
  const line = workflow.lineAt(runsOn.start);
  return [
    {
      rule: 'workflows/self-hosted-runner',
      severity: 'medium',
      title: `Pull requests run on the self-hosted runner of the job ${job.id}`.slice(0, 200),
      message:
        'In a public repository anybody can open a pull request that runs on this machine, stays there and sees its network. In a private one this is for those who may fork it.',
      start_line: line,
      end_line: line,
      fix: 'Use hosted or ephemeral runners for pull requests, and ask for approval of all outside contributors.',
      url: 'https://docs.github.com/en/actions/reference/security/secure-use#hardening-for-self-hosted-runners',
      identity: job.id,
    },
  ];
}

function unsecureCommands(workflow: Workflow): FileFinding[] {
  const places: [string, YamlNode | undefined][] = [
    ['', memberOf(workflow.root, 'env')],
    ...workflow.jobs.flatMap((job): [string, YamlNode | undefined][] => [
      [job.id, memberOf(job.node, 'env')],
      ...job.steps.map(({ env }): [string, YamlNode | undefined] => [job.id, env]),
    ]),
  ];
  const findings = new Map<string, FileFinding>();
  for (const [job, env] of places) {
    const value = memberOf(env, 'actions_allow_unsecure_commands');
    if (value?.kind !== 'scalar' || !/^(?:true|1|yes)$/i.test(value.value) || findings.has(job)) continue;
    const line = workflow.lineAt(value.start);
    findings.set(job, {
      rule: 'workflows/unsecure-commands',
      severity: 'medium',
      title: 'Commands that were switched off for safety are allowed again',
      message:
        'With ACTIONS_ALLOW_UNSECURE_COMMANDS whatever a step prints, also from a file or a title of somebody else, can set variables and the path of later steps.',
      start_line: line,
      end_line: line,
      fix: 'Write to $GITHUB_ENV and $GITHUB_PATH instead, and remove the variable.',
      url: 'https://github.blog/changelog/2020-10-01-github-actions-deprecating-set-env-and-add-path-commands/',
      identity: job,
    });
  }
  return [...findings.values()];
}

function piped(workflow: Workflow, job: Job): FileFinding[] {
  const findings = new Map<string, FileFinding>();
  for (const { run } of job.steps) {
    if (run === undefined) continue;
    const raw = workflow.source.slice(run.start, run.end);
    const command = PIPED.exec(raw);
    if (command === null) continue;
    const line = workflow.lineAt(run.start + command.index);
    const text = command[0].replace(/\s+/g, ' ');
    findings.set(text, {
      rule: 'workflows/piped-script',
      severity: 'low',
      title: `The job ${job.id} runs a script straight from the network`.slice(0, 200),
      message: 'Whatever the server answers is run, and nobody can say later what it was.',
      start_line: line,
      end_line: line,
      fix: 'Download a fixed version, compare its checksum, then run it; or use a pinned action or package.',
      url: 'https://docs.github.com/en/actions/reference/security/secure-use',
      identity: `${job.id} ${text.slice(0, 120)}`,
    });
  }
  return [...findings.values()];
}
