import { type ExternalAccount, IntegrationNotFoundError, type RepositoryRef } from '@commandcenter/integration-kit';
import { type Static, Type } from 'typebox';
import type { GitHubClient, GitHubResponse } from '../client.ts';
import { pageNumber, parseLinkHeader } from '../link-header.ts';
import { Id } from '../numbers.ts';
import { createReader } from '../schema-reader.ts';

const COMMENTS = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const COMMENT = '/repos/{owner}/{repo}/issues/comments/{comment_id}';
const PER_PAGE = 100;
const MAX_PAGES = 10;

/** The fields that we use of a comment: https://docs.github.com/rest/issues/comments */
const CommentSchema = Type.Object({
  id: Id,
  body: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  html_url: Type.String(),
  issue_url: Type.String(),
  user: Type.Optional(Type.Union([Type.Object({ id: Id, login: Type.String() }), Type.Null()])),
});

export type Comment = Static<typeof CommentSchema>;

const commentReader = createReader(CommentSchema);
const commentsReader = createReader(Type.Array(CommentSchema));

/** Reads and writes the comments on one pull request. The methods throw `IntegrationError`s. */
export interface Comments {
  /** Returns our own comment that ends with this text, or null if there is none. Tries the comment with this id first. */
  find(ending: string, id: string | null): Promise<Comment | null>;
  create(body: string): Promise<Comment>;
  /** Replaces the text of a comment. Returns null if the comment was deleted. */
  update(id: number, body: string): Promise<Comment | null>;
}

export function openComments(
  client: GitHubClient,
  me: ExternalAccount,
  { owner, name: repo }: RepositoryRef,
  issue_number: number,
  signal?: AbortSignal,
): Comments {
  const address = { owner, repo };
  const read = ({ data }: GitHubResponse): Comment => commentReader.response(data, "GitHub's comment");
  const unlessGone = async (response: Promise<GitHubResponse>): Promise<Comment | null> => {
    try {
      return read(await response);
    } catch (error) {
      if (error instanceof IntegrationNotFoundError) return null;
      throw error;
    }
  };
  const readPage = async (page: number): Promise<{ comments: Comment[]; last: number }> => {
    const parameters = { ...address, issue_number, per_page: PER_PAGE, page };
    const response = await client.request(`GET ${COMMENTS}`, parameters, { signal });
    const { last } = parseLinkHeader(response);
    return {
      comments: commentsReader.response(response.data, "GitHub's list of comments"),
      last: last === undefined ? page : (pageNumber(last) ?? page),
    };
  };

  return {
    async find(ending, id) {
      const isOurs = ({ user, body, issue_url }: Comment): boolean =>
        isAccount(me, user) && (body ?? '').trimEnd().endsWith(ending) && issue_url.endsWith(`/issues/${issue_number}`);
      if (id !== null && /^\d{1,16}$/.test(id)) {
        const previous = await unlessGone(client.request(`GET ${COMMENT}`, { ...address, comment_id: id }, { signal }));
        if (previous !== null && isOurs(previous)) return previous;
      }
      // Search the first page and then the last ones, because our comment was written soon after the pull request was opened or recently.
      const first = await readPage(1);
      const early = first.comments.find(isOurs);
      if (early !== undefined) return early;
      for (let page = first.last; page > Math.max(1, first.last - MAX_PAGES + 1); page -= 1) {
        const late = (await readPage(page)).comments.find(isOurs);
        if (late !== undefined) return late;
      }
      return null;
    },
    async create(body) {
      const call = { kind: 'create', idempotent: false, signal } as const;
      return read(await client.request(`POST ${COMMENTS}`, { ...address, issue_number, body }, call));
    },
    update: (comment_id, body) =>
      unlessGone(client.request(`PATCH ${COMMENT}`, { ...address, comment_id, body }, { signal })),
  };
}

/** Returns true if the user is our account. Compares ids, or logins if the server did not report the id of the App's account. */
const isAccount = (me: ExternalAccount, user: Comment['user']): boolean =>
  user !== undefined &&
  user !== null &&
  (String(user.id) === me.id || (me.id.startsWith('app/') && user.login.toLowerCase() === me.login.toLowerCase()));
