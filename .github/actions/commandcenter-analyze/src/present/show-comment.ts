import { ActionError } from '../action-error.ts';
import { type CommentPlace, showComment } from '../github/comment.ts';
import { GitHubError } from '../github/github-api.ts';

/** Comments on the pull request, or returns in one line why that is not possible and how to fix it. Never fails the step. */
export async function tryShowComment(place: CommentPlace, body: string): Promise<{ note: string; shown: boolean }> {
  try {
    const { action, url } = await showComment(place, body);
    return { note: `Comment ${action}${url === null ? '' : `: ${url}`}`, shown: true };
  } catch (error) {
    // An `ActionError` means that the workflow was cancelled.
    if (error instanceof ActionError) throw error;
    return { note: `No comment on the pull request: ${reasonOf(error)}`, shown: false };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof GitHubError)) return `GitHub's response is not understood (${(error as Error).message}).`;
  const { status, message, acceptedPermissions, isTemporary } = error;
  if (isTemporary) return message;
  if (status === 401) return 'github-token is not valid. Leave the input out to use the token of the workflow.';
  if (status === 403 || status === 404) {
    const accepted = acceptedPermissions === null ? '' : ` (GitHub accepts ${acceptedPermissions})`;
    return `the permission \`pull-requests: write\` is missing${accepted}. Add it under \`permissions:\` of the job. Pull requests of forks and of Dependabot always get a read-only token.`;
  }
  return message;
}
