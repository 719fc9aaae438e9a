import { retry, retryPolicies, TemporaryFailure } from '../retry.ts';
import { type GitHubApi, GitHubError } from './github-api.ts';

/** The fields that we use of a GitHub comment: https://docs.github.com/rest/issues/comments */
interface Comment {
  id: number;
  body?: string | null;
  html_url?: string;
  user?: { login?: string; type?: string } | null;
}

export interface CommentPlace {
  github: GitHubApi;
  /** Full name of the pull request's repository, `owner/name`. */
  repository: string;
  number: number;
  /** Last line of the comment's body, by which the comment is found again. */
  marker: string;
}

export type ShownComment = { action: 'created' | 'updated' | 'unchanged'; url: string | null };

const PER_PAGE = 100;
/** Number of pages with all comments of an issue, because GitHub allows at most 2,500 comments. */
const MAX_PAGES = 25;

/**
 * Creates this Action's comment on a pull request, or updates the existing one if its text differs. Overwrites only a comment by the
 * token's own account, or by any bot if the token belongs to an App, because anybody can copy the marker into a comment.
 */
export async function showComment(place: CommentPlace, body: string): Promise<ShownComment> {
  const { github, repository, number } = place;
  const attempt = async (): Promise<ShownComment> => {
    const changed = await changeOwn(place, body);
    if (changed !== null) return changed;
    try {
      const made = (await github.post(`/repos/${repository}/issues/${number}/comments`, { body })) as Comment;
      return { action: 'created', url: made.html_url ?? null };
    } catch (error) {
      // If the response was lost, the comment may exist, so the next attempt looks for it in the list.
      throw error instanceof GitHubError && error.isUncertain && error.isTemporary
        ? new TemporaryFailure(error, error.pauseMs)
        : error;
    }
  };
  return await retry(attempt, { policy: retryPolicies.comment, signal: github.signal });
}

/** Updates this Action's comment if it exists and its text differs. Returns null if there is no such comment. */
async function changeOwn(place: CommentPlace, body: string): Promise<ShownComment | null> {
  const { github, repository } = place;
  for (const { id, body: before, html_url = null } of await findOwn(place)) {
    if (unix(before ?? '') === unix(body)) return { action: 'unchanged', url: html_url };
    try {
      const changed = (await github.patch(`/repos/${repository}/issues/comments/${id}`, { body })) as Comment;
      return { action: 'updated', url: changed.html_url ?? html_url };
    } catch (error) {
      // The comment that we found belongs to another App or was deleted in the meantime.
      const isGone =
        error instanceof GitHubError && !error.isTemporary && (error.status === 403 || error.status === 404);
      if (!isGone) throw error;
    }
  }
  return null;
}

/**
 * Returns this Action's comments on the pull request, oldest first. The first of them is near the beginning of the list, because it is
 * created soon after the pull request.
 */
async function findOwn({ github, repository, number, marker }: CommentPlace): Promise<Comment[]> {
  const path = `/repos/${repository}/issues/${number}/comments`;
  let isOwn: ((comment: Comment) => boolean) | undefined;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const comments = (await github.get(`${path}?per_page=${PER_PAGE}&page=${page}`)) as Comment[];
    const marked = comments.filter(({ body }) => (body ?? '').trimEnd().endsWith(marker));
    if (marked.length > 0) isOwn ??= await ownAccount(github);
    const own = isOwn === undefined ? [] : marked.filter(isOwn);
    if (own.length > 0 || comments.length < PER_PAGE) return own;
  }
  return [];
}

/**
 * Returns a function that tests if a comment is by the account of the GitHub token. The token of an App, such as the workflow's token,
 * may not read its own account; then comments of all bots pass the test.
 */
async function ownAccount(github: GitHubApi): Promise<(comment: Comment) => boolean> {
  try {
    const { login } = (await github.get('/user')) as { login?: string };
    return ({ user }) => user?.login !== undefined && user.login === login;
  } catch (error) {
    if (!(error instanceof GitHubError) || error.isTemporary || error.isUncertain) throw error;
    // Only names of bots contain brackets.
    return ({ user }) => user?.type === 'Bot' || user?.login?.endsWith('[bot]') === true;
  }
}

const unix = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();
