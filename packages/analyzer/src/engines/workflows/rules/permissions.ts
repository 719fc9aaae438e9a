import type { FileFinding } from '../../../finding.ts';
import type { Job, Workflow } from '../read-workflow.ts';
import { memberOf, type YamlNode, type YamlScalar } from '../yaml-tree.ts';

/** Matches actions of GitHub's own organizations. */
const FIRST_PARTY = /^(?:actions|github)\//i;
const PINNED = /@[0-9a-f]{40}$|@sha256:[0-9a-f]{64}$/i;

/** Reports third-party actions that are referenced by tag or branch, and tokens with all permissions. */
export function permissionsAndPins(workflow: Workflow): FileFinding[] {
  const findings = new Map<string, FileFinding>();
  const whole = writeAll(memberOf(workflow.root, 'permissions'));
  let unpinnedAnywhere = false;
  for (const job of workflow.jobs) {
    const own = memberOf(job.node, 'permissions');
    const all = own === undefined ? whole : writeAll(own);
    const unpinned = unpinnedOf(job);
    if (unpinned.length > 0 && own === undefined) unpinnedAnywhere = true;
    for (const uses of unpinned) {
      const before = findings.get(uses.value);
      if (before === undefined || (all !== undefined && before.severity === 'low')) {
        findings.set(uses.value, unpinnedFinding(uses, all !== undefined, workflow));
      }
    }
    if (all !== undefined && own !== undefined)
      findings.set(`job ${job.id}`, writeAllFinding(all, job.id, unpinned.length > 0, workflow));
  }
  if (whole !== undefined) findings.set('workflow', writeAllFinding(whole, '', unpinnedAnywhere, workflow));
  return [...findings.values()];
}

const writeAll = (permissions: YamlNode | undefined): YamlScalar | undefined =>
  permissions?.kind === 'scalar' && permissions.value === 'write-all' ? permissions : undefined;

function unpinnedOf(job: Job): YamlScalar[] {
  const reusable = memberOf(job.node, 'uses');
  const all = [...job.steps.map(({ uses }) => uses), reusable?.kind === 'scalar' ? reusable : undefined];
  return all.filter((uses) => uses !== undefined).filter(({ value }) => isUnpinned(value));
}

function isUnpinned(uses: string): boolean {
  if (uses.startsWith('docker://')) return !PINNED.test(uses);
  if (uses.startsWith('.') || uses.includes('${{') || FIRST_PARTY.test(uses)) return false;
  return /^[\w.-]+\/[\w./-]+@[^\s]+$/.test(uses) && !PINNED.test(uses);
}

function unpinnedFinding(uses: YamlScalar, mayWriteAll: boolean, workflow: Workflow): FileFinding {
  const line = workflow.lineAt(uses.start);
  const [action = ''] = uses.value.split('@', 1);
  return {
    rule: 'workflows/unpinned-action',
    severity: mayWriteAll ? 'high' : 'low',
    title: `${uses.value} is not pinned to a commit`.slice(0, 200),
    message: `Whoever gets hold of ${action} can move the tag or branch and run their code here${mayWriteAll ? ', with a token that may write everything' : ''}.`,
    start_line: line,
    end_line: line,
    fix: 'Name the full SHA of a commit that was looked at, with the version as a comment; Dependabot and Renovate keep it up to date.',
    url: 'https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions',
    identity: action.toLowerCase(),
  };
}

function writeAllFinding(permissions: YamlScalar, job: string, withUnpinned: boolean, workflow: Workflow): FileFinding {
  const line = workflow.lineAt(permissions.start);
  return {
    rule: 'workflows/write-all-token',
    severity: withUnpinned ? 'high' : 'medium',
    title:
      job === '' ? 'The token of every job may write everything' : `The token of the job ${job} may write everything`,
    message: `"permissions: write-all" gives every step a token for code, releases, packages and settings${withUnpinned ? ', also the actions of others that are not pinned to a commit' : ''}.`,
    start_line: line,
    end_line: line,
    fix: 'Name what is needed: "permissions: { contents: read }" for the workflow, and more only for the job that needs it.',
    url: 'https://docs.github.com/en/actions/reference/security/secure-use#use-credentials-that-are-minimally-scoped',
    identity: `permissions ${job}`,
  };
}
