import { ApiError, notFound, validationFailed } from '../errors.ts';
import {
  type AccessRule,
  accessRules,
  issueAccess,
  repositoryAccess,
  requireIssues,
  writeAccess,
} from '../http/access.ts';
import type { RequestContext, Route, RouteResponse } from '../http/context.ts';
import { bodyObject, optionalString } from '../http/fields.ts';
import { pageResponse } from '../http/pagination.ts';
import { createComment, deleteComment, editComment } from '../state/comments.ts';
import type { Account, Comment, Issue, Repository } from '../state/model.ts';
import { formatTimestamp } from '../state/world.ts';
import { commentView } from '../view/issue.ts';

const ofIssue = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const ofRepository = '/repos/{owner}/{repo}/issues/comments';
const one = `${ofRepository}/{comment_id}`;

type Found = readonly [issue: Issue, comment: Comment];

function allOf(repository: Repository): Found[] {
  return [...repository.issues.values()].flatMap((issue) => issue.comments.map((comment): Found => [issue, comment]));
}

function find(context: RequestContext, repository: Repository): Found {
  const id = Number(context.params.comment_id);
  const found = allOf(repository).find(([, comment]) => comment.id === id);
  if (found?.[0].pullRequest == null) requireIssues(repository);
  if (found === undefined) throw notFound();
  return found;
}

function since(context: RequestContext): (comment: Comment) => boolean {
  const value = context.query.get('since');
  if (value === null) return () => true;
  const milliseconds = Date.parse(value);
  if (Number.isNaN(milliseconds)) throw validationFailed({ resource: 'IssueComment', code: 'invalid', field: 'since' });
  const bound = formatTimestamp(milliseconds);
  return (comment) => comment.updatedAt >= bound;
}

function readText(context: RequestContext): string {
  const text = optionalString(bodyObject(context.body), 'body');
  if (text === undefined) throw validationFailed({ resource: 'IssueComment', code: 'missing_field', field: 'body' });
  return text;
}

function commentRuleOf(issue: Issue | undefined, level: 'read' | 'write'): AccessRule {
  const isPull = issue?.pullRequest != null;
  if (level === 'read') return isPull ? accessRules.readPullComments : accessRules.readIssues;
  return isPull ? accessRules.writePullComments : accessRules.openIssue;
}

/** Returns the access that is required to read or write comments of the issue in the path. */
function commentRule(context: RequestContext, level: 'read' | 'write'): AccessRule {
  const { repository } = repositoryAccess(context, accessRules.metadata);
  return commentRuleOf(repository.issues.get(Number(context.params.issue_number)), level);
}

/** Returns the comment in the path. Throws 403 unless it is the caller's own or the caller has write access. */
function findOwn(context: RequestContext): { issue: Issue; comment: Comment; caller: Account } {
  const [issue, comment] = find(context, repositoryAccess(context, accessRules.metadata).repository);
  const { caller, permission } = writeAccess(context, commentRuleOf(issue, 'write'));
  if (comment.author !== caller && permission !== 'admin' && permission !== 'write') {
    throw new ApiError(403, 'Must have admin rights to Repository.');
  }
  return { issue, comment, caller };
}

export const commentRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: ofIssue,
    handle: (context): RouteResponse => {
      const { issue, repository } = issueAccess(context, commentRule(context, 'read'));
      const linkPath = `/repositories/${repository.id}/issues/${issue.number}/comments`;
      return pageResponse(context, issue.comments.filter(since(context)), linkPath, (comment) =>
        commentView(comment, issue, context.urls),
      );
    },
  },
  {
    method: 'POST',
    path: ofIssue,
    handle: (context): RouteResponse => {
      const rule = commentRule(context, 'write');
      const { caller } = writeAccess(context, rule);
      const { issue } = issueAccess(context, rule);
      const comment = createComment(context.world, issue, caller, readText(context));
      const body = commentView(comment, issue, context.urls);
      return { status: 201, body, headers: { location: String(body.url) } };
    },
  },
  {
    method: 'GET',
    path: ofRepository,
    handle: (context): RouteResponse => {
      const { repository } = repositoryAccess(context, accessRules.readIssues);
      requireIssues(repository);
      const isRecent = since(context);
      const field = context.query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
      const sign = context.query.get('direction') === 'desc' ? -1 : 1;
      const found = allOf(repository)
        .filter(([, comment]) => isRecent(comment))
        .sort(([, left], [, right]) => sign * (left[field].localeCompare(right[field]) || left.id - right.id));
      return pageResponse(context, found, `/repositories/${repository.id}/issues/comments`, ([issue, comment]) =>
        commentView(comment, issue, context.urls),
      );
    },
  },
  {
    method: 'GET',
    path: one,
    handle: (context): RouteResponse => {
      const [issue, comment] = find(context, repositoryAccess(context, accessRules.metadata).repository);
      repositoryAccess(context, commentRuleOf(issue, 'read'));
      return { status: 200, body: commentView(comment, issue, context.urls) };
    },
  },
  {
    method: 'PATCH',
    path: one,
    handle: (context): RouteResponse => {
      const { issue, comment, caller } = findOwn(context);
      editComment(context.world, issue, comment, caller, readText(context));
      return { status: 200, body: commentView(comment, issue, context.urls) };
    },
  },
  {
    method: 'DELETE',
    path: one,
    handle: (context): RouteResponse => {
      const { issue, comment, caller } = findOwn(context);
      deleteComment(context.world, issue, comment, caller);
      return { status: 204 };
    },
  },
];
