import { ActionError } from './action-error.ts';
import { type Checkout, isSameRepository, type RepositoryName, readRepositoryName } from './checkout/checkout.ts';
import type { RunnerEnvironment } from './runner/environment.ts';
import type { Trigger } from './runner/event.ts';

/** The commit to analyze and the commit to compare with. */
export interface Subject {
  repository: RepositoryName;
  /** Id of the commit to analyze; null for the newest commit of the default branch. */
  commit: string | null;
  /** Id of the commit to compare with; findings that it does not have are new. Null if every finding counts as new. */
  base: string | null;
  branch: string | null;
  pullRequest: number | null;
  /** True if the repository is that of the workflow, in whose files the lines of findings can be shown. */
  isOwn: boolean;
  /** True to analyze even if nothing changed since the last analysis. */
  fresh: boolean;
}

/**
 * Chooses what to analyze: the checked-out commit, or for the workflow's own repository what the event names. In a pull request that is its
 * head, because `GITHUB_SHA` and the checkout are a merge commit that exists nowhere else. Returns null if there is nothing to analyze,
 * because the branch was deleted.
 *
 * @param findMergeBase returns the merge base of two commits of the workflow's repository
 */
export async function chooseSubject(
  { repository, sha, refName, refType }: RunnerEnvironment,
  trigger: Trigger,
  checkout: Checkout | null,
  findMergeBase: (base: string, head: string) => Promise<string>,
): Promise<Subject | null> {
  const own = readRepositoryName(repository);
  const chosen = checkout?.repository ?? own;
  if (chosen === null) {
    throw new ActionError(
      'input',
      'repository-id is not set, nothing is checked out, and GITHUB_REPOSITORY names no repository. Run actions/checkout before this step.',
    );
  }
  const isOwn = own !== null && isSameRepository(own, chosen);
  const isPush = trigger.kind === 'push';
  const commit = checkout?.head ?? (isOwn && sha !== '' ? sha : null);
  const plain: Subject = {
    repository: chosen,
    commit,
    base: null,
    branch: isOwn && refType === 'branch' && commit === sha && refName !== '' ? refName : null,
    pullRequest: null,
    isOwn,
    fresh: trigger.kind === 'schedule',
  };
  if (!isOwn) return plain;
  if (trigger.kind === 'pull_request') {
    const { number, headSha, baseSha } = trigger;
    const base = await findMergeBase(baseSha, headSha);
    return { ...plain, commit: headSha, base, branch: null, pullRequest: number };
  }
  if (trigger.kind === 'merge_group') return { ...plain, commit: trigger.headSha, base: trigger.baseSha, branch: null };
  if (isPush && trigger.deleted) return null;
  // Compare with the previous commit only if the pushed commit is checked out. Otherwise the workflow wants another commit to be
  // analyzed.
  if (isPush && commit === trigger.headSha) return { ...plain, base: trigger.before };
  return plain;
}
