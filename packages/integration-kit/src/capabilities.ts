import type { CodeHost } from './code-host.ts';
import type {
  ExternalAccount,
  ExternalItem,
  ExternalRepository,
  ItemDraft,
  ItemPatch,
  ItemRef,
  RepositoryRef,
} from './external-item.ts';

/** The response to a conditional request for one page. */
export interface ListPage {
  /** The other side said nothing changed since `etag`: `items` is empty and `nextUrl` unknown. */
  notModified: boolean;
  items: ExternalItem[];
  /** How many entries the page had, items or not (GitHub mixes pull requests in). */
  rawCount: number;
  /** Where the next page is; null on the last one. */
  nextUrl: string | null;
  /** The address of the page before this one; null or absent on the first page. Required where pages have a `lastUrl`. */
  previousUrl?: string | null;
  /**
   * The address of the last page, given on all pages before it if pages are numbered. The deletion of an item then moves later items to
   * earlier pages, so a full listing is read from its last page back. Absent if pages follow a cursor, because such pages can be read
   * forwards.
   */
  lastUrl?: string | null;
  /** The immutable id of the repository whose items these are, where the response names it. */
  repositoryId?: string;
  /** Null where a conditional request would hide changes: on a last page that is full, new items are on a page after it. */
  etag: string | null;
  /** Total number of pages where the other side says so, for progress. */
  pages: number | null;
}

export interface ListOptions {
  repository: RepositoryRef;
  /** `created` (ascending: pages of an unchanged repository stay the same) for a full listing, `updated` (ascending) for changes. */
  order: 'created' | 'updated';
  /** RFC 3339, inclusive; only items updated at or after it. */
  since?: string;
  /** A page's own address, from `nextUrl` or remembered; it must lie at the integration's own host. */
  url?: string;
  etag?: string;
}

/**
 * What has items that become tasks. An integration that implements it gets two-way sync, import, polling, conflicts and history
 * with no further code. All methods throw `IntegrationError`s.
 */
export interface IssueTracker {
  /** Who the credential is; null where there is no such thing. Items it creates carry this author. */
  getAccount(signal?: AbortSignal): Promise<ExternalAccount | null>;
  getRepository(repository: RepositoryRef, signal?: AbortSignal): Promise<ExternalRepository>;
  /**
   * The repository with these immutable ids under its present name; null when there is none that the credential can see. Needed where
   * names can be taken over by other repositories.
   */
  locateRepository?(
    repository: Pick<ExternalRepository, 'externalId' | 'handle'>,
    signal?: AbortSignal,
  ): Promise<ExternalRepository | null>;
  /** The address of the first page of a listing, to be remembered together with its etag. */
  listUrl(options: Pick<ListOptions, 'repository' | 'order' | 'since'>): string;
  listItems(options: ListOptions, signal?: AbortSignal): Promise<ListPage>;
  /**
   * Throws `IntegrationNotFoundError` when it is gone or invisible. An item that the request was redirected to and that has another id
   * carries `movedFrom`. An item with another id that no redirect led to is returned without it: another repository may have taken the
   * name over.
   */
  getItem(ref: ItemRef, signal?: AbortSignal): Promise<ExternalItem>;
  /** Makes one item. Never retried inside: an error with `uncertain` means it may exist. */
  createItem(repository: RepositoryRef, draft: ItemDraft, signal?: AbortSignal): Promise<ExternalItem>;
  /** The items that our own account created at or after `since` (RFC 3339) in the repository, newest first, markers included. */
  listOwnItems(repository: RepositoryRef, since: string, signal?: AbortSignal): Promise<ExternalItem[]>;
  /**
   * Applies the patch and returns the item as it then is. Safe to repeat. An item that the writes were redirected to and that has another
   * id carries `movedFrom`. Throws `IntegrationNotFoundError` as soon as a response shows an item with another id that no redirect led to.
   */
  updateItem(ref: ItemRef, patch: ItemPatch, signal?: AbortSignal): Promise<ExternalItem>;
}

export interface Board {
  id: string;
  number: number;
  title: string;
  url: string;
  closed: boolean;
}

export interface BoardColumn {
  id: string;
  name: string;
}

export interface BoardItem {
  id: string;
  title: string;
  column: string | null;
  kind: 'issue' | 'pull_request' | 'draft';
  number: number | null;
  url: string | null;
  repository: string | null;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** Boards with columns (GitHub Projects v2). */
export interface ProjectBoards {
  listBoards(
    where: { owner: string; repository?: string },
    page: { cursor?: string; limit: number },
    signal?: AbortSignal,
  ): Promise<Page<Board>>;
  listBoardColumns(board: { owner: string; number: number }, signal?: AbortSignal): Promise<BoardColumn[]>;
  listBoardItems(
    board: { owner: string; number: number },
    page: { cursor?: string; limit: number },
    signal?: AbortSignal,
  ): Promise<Page<BoardItem>>;
}

/** Can put a webhook on a repository and take it away again. */
export interface HookInstaller {
  /** Idempotent: a hook with the same URL is updated. Answers its id. */
  installHook(
    repository: RepositoryRef,
    hook: { url: string; secret: string },
    signal?: AbortSignal,
  ): Promise<{ externalId: string; created: boolean }>;
  removeHook(repository: RepositoryRef, externalId: string, signal?: AbortSignal): Promise<void>;
}

const has = (value: object, methods: readonly string[]): boolean =>
  methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function');

export const isIssueTracker = (value: object): value is IssueTracker =>
  has(value, [
    'getAccount',
    'getRepository',
    'listUrl',
    'listItems',
    'getItem',
    'createItem',
    'listOwnItems',
    'updateItem',
  ]);
export const isProjectBoards = (value: object): value is ProjectBoards =>
  has(value, ['listBoards', 'listBoardColumns', 'listBoardItems']);
export const isHookInstaller = (value: object): value is HookInstaller => has(value, ['installHook', 'removeHook']);
export const isCodeHost = (value: object): value is CodeHost =>
  has(value, ['getCloneAccess', 'getPullRequest', 'getMergeBase', 'getDefaultBranchHead', 'publishAnalysis']);
