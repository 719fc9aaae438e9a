import { setTimeout as sleep } from 'node:timers/promises';
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
const PAUSE_MS = 1000;

/**
 * One comment: changed where it is there, left alone when it says the same. Only a comment that the token's own account wrote is written
 * over, or a bot's where the token is an App's; whoever can comment can copy the marker.
 */
export async function showComment(place: CommentPlace, body: string): Promise<ShownComment> {
  for (let attempt = 1; ; attempt += 1) {
    const changed = await changeOwn(place, body);
    if (changed !== null) return changed;
    try {
      const { github, repository, number } = place;
      const made = (await github.post(`/repos/${repository}/issues/${number}/comments`, { body })) as Comment;
      return { action: 'created', url: made.html_url ?? null };
    } catch (error) {
      // Whether a lost answer was of a comment that is there now, the list says.
      if (!(error instanceof GitHubError) || !error.isLost || attempt >= TRIES) throw error;
      await sleep(PAUSE_MS * attempt);
    }
  }
}

/** Null: there is none of ours. */
async function changeOwn(place: CommentPlace, body: string): Promise<ShownComment | null> {
  const { github, repository } = place;
  for (const { id, body: before, html_url = null } of await findOwn(place)) {
    if (unix(before ?? '') === unix(body)) return { action: 'unchanged', url: html_url };
    try {
      const changed = (await github.patch(`/repos/${repository}/issues/comments/${id}`, { body })) as Comment;
      return { action: 'updated', url: changed.html_url ?? html_url };
    } catch (error) {
      // Another App's, or deleted meanwhile.
      const isGone = error instanceof GitHubError && !error.passing && (error.status === 403 || error.status === 404);
      if (!isGone) throw error;
    }
  }
  return null;
}

/** Oldest first, as GitHub lists them: ours is made soon after the pull request. */
async function findOwn({ github, repository, number, marker }: CommentPlace): Promise<Comment[]> {
  const path = `/repos/${repository}/issues/${number}/comments`;
  let isOwn: ((comment: Comment) => boolean) | undefined;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const comments = (await github.get(`${path}?per_page=${PER_PAGE}&page=${page}`)) as Comment[];
    const marked = comments.filter(({ body }) => (body ?? '').trimEnd().endsWith(marker));
    if (marked.length > 0) isOwn ??= await ownAccount(github);
    const own = isOwn === undefined ? [] : marked.filter(isOwn);
    if (own.length > 0 || comments.length < PER_PAGE) return own;
  }
  return [];
}

/** The token of an App, as that of a workflow is one, may not ask who it is. */
async function ownAccount(github: GitHubApi): Promise<(comment: Comment) => boolean> {
  try {
    const { login } = (await github.get('/user')) as { login?: string };
    return ({ user }) => user?.login !== undefined && user.login === login;
  } catch (error) {
    if (!(error instanceof GitHubError) || error.passing || error.isLost) throw error;
    // No person's name has brackets in it.
    return ({ user }) => user?.type === 'Bot' || user?.login?.endsWith('[bot]') === true;
  }
}

const unix = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();
