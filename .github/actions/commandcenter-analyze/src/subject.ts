import { ActionError } from './action-error.ts';
import { type Checkout, isSameRepository, type RepositoryName, readRepositoryName } from './checkout/checkout.ts';
import type { RunnerEnvironment } from './runner/environment.ts';
import type { Trigger } from './runner/event.ts';

/** What is analysed, and against what. */
export interface Subject {
  repository: RepositoryName;
  /** Null: the newest commit of the default branch. */
  commit: string | null;
  /** What is new is judged against this commit; null: all is new. */
  base: string | null;
  branch: string | null;
  pullRequest: number | null;
  /** The repository of the workflow: what is said of its lines can be shown there. */
  isOwn: boolean;
  /** Always looked at anew, also when nothing changed. */
  fresh: boolean;
}

/**
 * The checked-out repository at what is checked out. Of the workflow's own repository the event says more: a pull request's head, where
 * `GITHUB_SHA` and the checkout are a merge commit that exists nowhere else. Null: there is nothing to analyse, a branch was deleted.
 *
 * @param findMergeBase of two commits of the workflow's repository
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
      'repository-id is not set, nothing is checked out, and GITHUB_REPOSITORY names no repository. Put actions/checkout before this step.',
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
  // A step that checked out something else than what was pushed wants that.
  if (isPush && commit === trigger.headSha) return { ...plain, base: trigger.before };
  return plain;
}
