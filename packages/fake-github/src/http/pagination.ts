import type { RequestContext, RouteResponse } from './context.ts';

const defaultPerPage = 30;
const maximumPerPage = 100;

function positive(text: string | null, fallback: number): number {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 ? number : fallback;
}

export interface Page {
  readonly page: number;
  readonly perPage: number;
}

/** Reads the query parameters `page` and `per_page`. As on GitHub, invalid values become the default, and `per_page` is at most 100. */
export function readPage(query: URLSearchParams): Page {
  return {
    page: positive(query.get('page'), 1),
    perPage: Math.min(positive(query.get('per_page'), defaultPerPage), maximumPerPage),
  };
}

/**
 * Returns one page of a list with GitHub's Link header. `linkPath` is the path of its links, which contains the repository's id:
 * `/repositories/1/issues?page=2`.
 */
export function pageResponse<T>(
  context: RequestContext,
  list: readonly T[],
  linkPath: string,
  view: (element: T) => unknown,
): RouteResponse {
  const { page, perPage } = readPage(context.query);
  const body = list.slice((page - 1) * perPage, page * perPage).map(view);
  const last = Math.max(1, Math.ceil(list.length / perPage));
  const link = (number: number, rel: string): string => {
    const query = new URLSearchParams(context.query);
    query.set('page', String(number));
    return `<${context.urls.api}${linkPath}?${query}>; rel="${rel}"`;
  };
  const links: string[] = [];
  if (page > 1) links.push(link(Math.min(page - 1, last), 'prev'));
  if (page < last) links.push(link(page + 1, 'next'), link(last, 'last'));
  if (page > 1) links.push(link(1, 'first'));
  return { status: 200, body, headers: links.length === 0 ? {} : { link: links.join(', ') } };
}
