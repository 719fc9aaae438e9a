import { ActionError } from '../action-error.ts';
import { type CommentPlace, showComment } from '../github/comment.ts';
import { GitHubError } from '../github/github-api.ts';

/** Shows the comment, or says in one line why it cannot be and what would mend that. Never fails the step. */
export async function tryToShowComment(place: CommentPlace, body: string): Promise<{ note: string; shown: boolean }> {
  try {
    const { action, url } = await showComment(place, body);
    return { note: `Comment ${action}${url === null ? '' : `: ${url}`}`, shown: true };
  } catch (error) {
    // The workflow was cancelled.
    if (error instanceof ActionError) throw error;
    return { note: `No comment on the pull request: ${reasonOf(error)}`, shown: false };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof GitHubError)) return `GitHub's answer is not understood (${(error as Error).message}).`;
  const { status, message, acceptedPermissions, passing } = error;
  if (passing) return message;
  if (status === 401) return 'github-token is not valid. Leave the input out to use that of the workflow.';
  if (status === 403 || status === 404) {
    const wanted = acceptedPermissions === null ? '' : ` (GitHub wants ${acceptedPermissions})`;
    return `the permission \`pull-requests: write\` is missing${wanted}. Add it under \`permissions:\` at the job; pull requests of forks and of Dependabot get a token that only reads.`;
  }
  return message;
}
