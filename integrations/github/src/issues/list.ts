import type { ExternalItem, ListOptions, ListPage, RepositoryRef } from '@commandcenter/integration-kit';
import { IntegrationError } from '@commandcenter/integration-kit';
import { RequestError } from '@octokit/request-error';
import type { GitHubClient, GitHubResponse } from '../client.ts';
import { pageNumber, parseLinkHeader } from '../link-header.ts';
import { createReader } from '../schema-reader.ts';
import { type GitHubIssue, IssueSchema, isPullRequest, toItem } from './issue.ts';

const PER_PAGE = 100;
/** Most pages that are searched for our own issues. A create whose response was lost is among the newest thousand issues. */
const MAX_OWN_PAGES = 10;

const issueReader = createReader(IssueSchema);

type Log = { warn(data: object, message: string): void };

export function issuesUrl(
  apiUrl: string,
  { repository, order, since }: Pick<ListOptions, 'repository' | 'order' | 'since'>,
): string {
  const query = new URLSearchParams({ state: 'all', sort: order, direction: 'asc', per_page: String(PER_PAGE) });
  if (since !== undefined) query.set('since', since);
  return `${apiUrl}${repositoryPath(repository)}/issues?${query}`;
}

/** Reads one page of issues: https://docs.github.com/rest/issues/issues#list-repository-issues */
export async function listIssues(
  client: GitHubClient,
  options: ListOptions,
  log: Log,
  signal?: AbortSignal,
): Promise<ListPage> {
  const url = options.url ?? issuesUrl(client.apiUrl, options);
  assertOwnAddress(client.apiUrl, url);
  const headers = options.etag === undefined ? {} : { 'if-none-match': options.etag };
  const response = await client.request(`GET ${url}`, { headers }, { signal }).catch((error: unknown) => {
    if (isNotModified(error)) return null;
    throw error;
  });
  if (response === null)
    return { notModified: true, items: [], rawCount: 0, nextUrl: null, etag: options.etag ?? null, pages: null };
  const entries = entriesOf(response);
  const { next, last, prev } = parseLinkHeader(response);
  const repositoryId = repositoryIdOf([next, last, prev]);
  const isFullLastPage = next === undefined && entries.length >= PER_PAGE;
  return {
    notModified: false,
    items: itemsOf(entries, options.repository, log),
    rawCount: entries.length,
    nextUrl: next ?? null,
    previousUrl: prev ?? pageBefore(url),
    lastUrl: next === undefined ? null : (last ?? null),
    ...(repositoryId === undefined ? {} : { repositoryId }),
    etag: typeof response.headers.etag === 'string' && !isFullLastPage ? response.headers.etag : null,
    pages: last === undefined ? null : pageNumber(last),
  };
}

/** Returns the repository's id from the links to other pages, such as `/repositories/1296269/issues?page=2`. */
function repositoryIdOf(links: readonly (string | undefined)[]): string | undefined {
  for (const link of links) {
    const [, id] = /\/repositories\/(\d+)\/issues\?/.exec(link ?? '') ?? [];
    if (id !== undefined) return id;
  }
  return undefined;
}

/** Returns the address of the previous page by its number, for responses without a `prev` link. */
function pageBefore(url: string): string | null {
  const page = pageNumber(url);
  if (page === null || page === 1) return null;
  const before = new URL(url);
  if (before.searchParams.has('after') || before.searchParams.has('before')) return null;
  before.searchParams.set('page', String(page - 1));
  return before.href;
}

/** Returns the issues that one account created at or after `since`, newest first. */
export async function listIssuesBy(
  client: GitHubClient,
  creator: string,
  repository: RepositoryRef,
  since: string,
  log: Log,
  signal?: AbortSignal,
): Promise<ExternalItem[]> {
  const query = new URLSearchParams({
    creator,
    state: 'all',
    sort: 'created',
    direction: 'desc',
    per_page: String(PER_PAGE),
  });
  const found: ExternalItem[] = [];
  let url: string | undefined = `${client.apiUrl}${repositoryPath(repository)}/issues?${query}`;
  for (let page = 0; url !== undefined && page < MAX_OWN_PAGES; page += 1) {
    assertOwnAddress(client.apiUrl, url);
    const response: GitHubResponse = await client.request(`GET ${url}`, {}, { signal });
    const items = itemsOf(entriesOf(response), repository, log);
    const recent = items.filter(({ createdAt, updatedAt }) => Date.parse(createdAt ?? updatedAt) >= Date.parse(since));
    found.push(...recent);
    url = recent.length < items.length ? undefined : parseLinkHeader(response).next;
  }
  return found;
}

const repositoryPath = ({ owner, name }: RepositoryRef): string =>
  `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;

const isNotModified = (error: unknown): boolean =>
  error instanceof IntegrationError && error.cause instanceof RequestError && error.cause.status === 304;

/** Throws if a stored address is outside of the API, because the request would send the credential there. */
function assertOwnAddress(apiUrl: string, url: string): void {
  const { origin, pathname } = new URL(apiUrl);
  const target = URL.canParse(url) ? new URL(url) : null;
  if (target === null || target.origin !== origin || !target.pathname.startsWith(pathname)) {
    throw new IntegrationError('The next page of a listing is at an address outside of the API.', {
      class: 'validation',
      code: 'github.foreign_page',
    });
  }
}

function entriesOf({ data }: GitHubResponse): unknown[] {
  if (Array.isArray(data)) return data;
  throw new IntegrationError('GitHub returned something other than a list of issues.', {
    class: 'outage',
    code: 'github.unusable_answer',
  });
}

function itemsOf(entries: readonly unknown[], repository: RepositoryRef, log: Log): ExternalItem[] {
  const issues = entries.filter((entry): entry is GitHubIssue => {
    if (issueReader.matches(entry)) return true;
    // Skip an invalid entry, so that it does not hold up the others.
    log.warn(
      { repository, entry: JSON.stringify(entry)?.slice(0, 500) },
      'an issue in a listing is not usable and is left out',
    );
    return false;
  });
  return issues.filter((issue) => !isPullRequest(issue)).map((issue) => toItem(issue, repository));
}
