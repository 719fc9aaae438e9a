import { ApiError } from '../errors.ts';
import type { RequestContext, RouteResponse } from '../http/context.ts';
import { pageResponse, readPage } from '../http/pagination.ts';
import type { Repository } from '../state/model.ts';
import { issueView } from '../view/issue.ts';
import type { IssueList, Position } from './issue-list.ts';

/** Number of issues above which a list is paged by cursor. GitHub does not document it; it was observed between 1,000 and 1,200. */
const longestPlainList = 1000;
/** A plain `page` is refused from this number of issues on, counted to the end of the page, however short the list is. */
const firstRefusedOffset = 10_000;

function encode(position: Position): string {
  return Buffer.from(`cursor:v2:${JSON.stringify(position)}`).toString('base64');
}

function decode(cursor: string): Position {
  const text = Buffer.from(cursor, 'base64').toString('utf8');
  const found = /^cursor:v2:\[(?:"([^"]*)"|(\d+)),(\d+)\]$/.exec(text);
  if (found === null) throw new ApiError(422, 'The cursor is invalid.');
  return [found[1] ?? Number(found[2]), Number(found[3])];
}

/**
 * Returns one page of issues. Short lists have links with page numbers. Long lists have GitHub's `after` and `before` cursors, which the
 * OpenAPI description does not mention, and no last page. A cursor is a position in the order, so issues that move between two requests do
 * not push others out.
 */
export function issuePage(context: RequestContext, repository: Repository, list: IssueList): RouteResponse {
  const { query } = context;
  const { page, perPage } = readPage(query);
  const after = query.get('after');
  const before = query.get('before');
  const linkPath = `/repositories/${repository.id}/issues`;
  if (after === null && before === null) {
    if (page * perPage >= firstRefusedOffset) {
      throw new ApiError(
        422,
        'Pagination with the page parameter is not supported for large datasets, please use cursor based pagination (after/before)',
      );
    }
    if (list.issues.length <= longestPlainList) {
      return pageResponse(context, list.issues, linkPath, (issue) => issueView(issue, context.urls));
    }
  }
  const start = firstIndex(list, perPage, page, after, before);
  const shown = list.issues.slice(start, start + perPage);
  const link = (name: 'after' | 'before', position: Position, number: number, rel: string): string => {
    const next = new URLSearchParams(query);
    for (const old of ['after', 'before', 'page']) next.delete(old);
    next.set(name, encode(position));
    next.set('page', String(number));
    return `<${context.urls.api}${linkPath}?${next}>; rel="${rel}"`;
  };
  const first = shown[0];
  const last = shown.at(-1);
  const links: string[] = [];
  if (last !== undefined && start + perPage < list.issues.length) {
    links.push(link('after', list.position(last), page + 1, 'next'));
  }
  if (first !== undefined && start > 0) links.push(link('before', list.position(first), page - 1, 'prev'));
  return {
    status: 200,
    body: shown.map((issue) => issueView(issue, context.urls)),
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  };
}

function firstIndex(
  list: IssueList,
  perPage: number,
  page: number,
  after: string | null,
  before: string | null,
): number {
  const { compare, issues, position } = list;
  if (after !== null) {
    const bound = decode(after);
    const index = issues.findIndex((issue) => compare(position(issue), bound) > 0);
    return index === -1 ? issues.length : index;
  }
  if (before === null) return (page - 1) * perPage;
  const bound = decode(before);
  const end = issues.findIndex((issue) => compare(position(issue), bound) >= 0);
  return Math.max(0, (end === -1 ? issues.length : end) - perPage);
}
