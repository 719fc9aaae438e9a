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

/** Response to a conditional request for one page of items. */
export interface ListPage {
  /** True if the provider reported no change since `etag`. `items` is then empty and `nextUrl` is unknown. */
  notModified: boolean;
  items: ExternalItem[];
  /** Number of entries on the page, including those that are not items: GitHub also lists pull requests. */
  rawCount: number;
  /** Address of the next page; null on the last page. */
  nextUrl: string | null;
  /** Address of the previous page; null or absent on the first page. Required where pages have a `lastUrl`. */
  previousUrl?: string | null;
  /**
   * Address of the last page, given on every page before it if pages are numbered. When an item is deleted, later items move to earlier
   * pages, so the server reads a full listing from its last page to its first. Absent if pages use a cursor, because such pages can be read
   * forwards.
   */
  lastUrl?: string | null;
  /** Immutable id of the repository that the items belong to, if the response contains it. */
  repositoryId?: string;
  /**
   * ETag for the next conditional request of this page. Null on a full last page, because new items appear on the page after it, so that
   * a conditional request would hide them.
   */
  etag: string | null;
  /** Total number of pages, for progress displays; null if the provider does not report it. */
  pages: number | null;
}

export interface ListOptions {
  repository: RepositoryRef;
  /**
   * Sort order. `created` (ascending) is for a full listing, because its pages stay the same while the repository does not change.
   * `updated` (ascending) is for reading changes.
   */
  order: 'created' | 'updated';
  /** Time in RFC 3339. Only items that were updated at or after it are listed. */
  since?: string;
  /** Address of one page, from `nextUrl` or stored earlier. It must be on the integration's own host. */
  url?: string;
  etag?: string;
}

/**
 * An integration whose items become tasks. Implementing it gives two-way sync, import, polling, conflicts and history without further code.
 * All methods throw `IntegrationError`s.
 */
export interface IssueTracker {
  /**
   * Returns the account that the credential belongs to, or null if it belongs to none. Items that we create have this account as author.
   */
  getAccount(signal?: AbortSignal): Promise<ExternalAccount | null>;
  getRepository(repository: RepositoryRef, signal?: AbortSignal): Promise<ExternalRepository>;
  /**
   * Returns the repository with these immutable ids under its present name, or null if the credential can see no such repository.
   * Implement this method if another repository can take over a name.
   */
  locateRepository?(
    repository: Pick<ExternalRepository, 'externalId' | 'handle'>,
    signal?: AbortSignal,
  ): Promise<ExternalRepository | null>;
  /** Returns the address of the first page of a listing, so that the server can store it together with its etag. */
  listUrl(options: Pick<ListOptions, 'repository' | 'order' | 'since'>): string;
  listItems(options: ListOptions, signal?: AbortSignal): Promise<ListPage>;
  /**
   * Reads one item. Throws `IntegrationNotFoundError` if it is gone or invisible. If the request was redirected to an item with another id,
   * that item has `movedFrom`. An item with another id that no redirect led to is returned without `movedFrom`, because another repository
   * may have taken the name over.
   */
  getItem(ref: ItemRef, signal?: AbortSignal): Promise<ExternalItem>;
  /**
   * Creates one item and returns it. Never retry inside: throw an error with `uncertain: true` if the item may exist, and the server looks
   * for it.
   */
  createItem(repository: RepositoryRef, draft: ItemDraft, signal?: AbortSignal): Promise<ExternalItem>;
  /**
   * Returns the items in the repository that our own account created at or after `since` (RFC 3339), newest first, with their create
   * markers.
   */
  listOwnItems(repository: RepositoryRef, since: string, signal?: AbortSignal): Promise<ExternalItem[]>;
  /**
   * Applies the patch and returns the item after it. Must be safe to repeat. If the writes were redirected to an item with another id, that
   * item has `movedFrom`. Throws `IntegrationNotFoundError` as soon as a response shows an item with another id that no redirect led to.
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

/**
 * An integration with boards that have columns, such as GitHub Projects v2. `limit` is the number of entries per page, and the methods
 * throw `IntegrationError`s.
 */
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

/** An integration that can create a webhook in a repository and delete it again. The methods throw `IntegrationError`s. */
export interface HookInstaller {
  /** Creates the hook, or updates the hook with the same URL, and returns its id. Safe to repeat. */
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
