import { type GitHubApi, GitHubError } from './github-api.ts';

/** What is used of GitHub's comment: https://docs.github.com/rest/issues/comments */
interface Comment {
  id: number;
  body?: string | null;
  html_url?: string;
  user?: { login?: string; type?: string } | null;
}

export interface CommentPlace {
  github: GitHubApi;
  /** `owner/name` */
  repository: string;
  number: number;
  /** Stands last in the body, alone on its line. */
  marker: string;
}

export type ShownComment = { action: 'created' | 'updated' | 'unchanged'; url: string | null };

const PER_PAGE = 100;
/** An issue takes 2,500 comments and no more. */
const MOST_PAGES = 25;
const TRIES = 3;

/**
 * One comment: changed where it is there, left alone when it says the same. Only a comment that the token's own account wrote is written
 * over, or a bot's where the token is an App's; whoever can comment can copy the marker.
 */
export async function showComment(place: CommentPlace, body: string): Promise<ShownComment> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await showOnce(place, body);
    } catch (error) {
      // Whether a lost answer was of a comment that is there now, the list says.
      const isLost = error instanceof GitHubError && (error.status === null || error.status >= 500);
      if (!isLost || attempt >= TRIES) throw error;
    }
  }
}

async function showOnce({ github, repository, number, marker }: CommentPlace, body: string): Promise<ShownComment> {
  const marked = await findMarked(github, `/repos/${repository}/issues/${number}/comments`, marker);
  const mine = marked.length === 0 ? [] : await ofOwnAccount(github, marked);
  for (const { id, body: before, html_url = null } of mine) {
    if (unix(before ?? '') === unix(body)) return { action: 'unchanged', url: html_url };
    try {
      const changed = (await github.patch(`/repos/${repository}/issues/comments/${id}`, { body })) as Comment;
      return { action: 'updated', url: changed.html_url ?? html_url };
    } catch (error) {
      // Another App's, or deleted meanwhile.
      if (!(error instanceof GitHubError) || (error.status !== 403 && error.status !== 404)) throw error;
    }
  }
  const made = (await github.post(`/repos/${repository}/issues/${number}/comments`, { body })) as Comment;
  return { action: 'created', url: made.html_url ?? null };
}

/** Oldest first, as GitHub lists them: ours is made soon after the pull request. */
async function findMarked(github: GitHubApi, path: string, marker: string): Promise<Comment[]> {
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const comments = (await github.get(`${path}?per_page=${PER_PAGE}&page=${page}`)) as Comment[];
    const marked = comments.filter(({ body }) => (body ?? '').trimEnd().endsWith(marker));
    if (marked.length > 0 || comments.length < PER_PAGE) return marked;
  }
  return [];
}

/** The token of an App, as that of a workflow is one, may not ask who it is. */
async function ofOwnAccount(github: GitHubApi, comments: Comment[]): Promise<Comment[]> {
  try {
    const me = (await github.get('/user')) as { login?: string };
    return comments.filter(({ user }) => user?.login !== undefined && user.login === me.login);
  } catch (error) {
    if (!(error instanceof GitHubError) || error.status === null || error.status >= 500) throw error;
    return comments.filter(({ user }) => user?.type === 'Bot');
  }
}

const unix = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();
