import type { Settings } from '../settings.ts';
import type { Account, Issue, Permission, Repository, Token } from '../state/model.ts';
import type { World } from '../state/world.ts';
import type { Urls } from '../view/urls.ts';
import type { Dispatcher } from '../webhooks/dispatcher.ts';
import type { Hooks } from '../webhooks/hooks.ts';
import type { RateLimit } from './rate-limit.ts';

/** Identity behind a request: an account by its token, an app by its JWT, or nobody. */
export type Credential =
  | { readonly kind: 'token'; readonly token: Token }
  | { readonly kind: 'app'; readonly appId: number }
  | { readonly kind: 'anonymous' };

export interface Services {
  readonly settings: Settings;
  readonly world: World;
  readonly hooks: Hooks;
  readonly dispatcher: Dispatcher;
  readonly rateLimit: RateLimit;
}

export interface RequestContext extends Services {
  readonly method: string;
  /** Path of the request without query and without the prefix `/api/v3`. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly credential: Credential;
  /** The credential as it was sent; empty if there is none. */
  readonly credentialText: string;
  /** Base addresses for links in the response: those of github.com or of an Enterprise Server, according to the request. */
  readonly urls: Urls;
}

export interface RouteResponse {
  readonly status: number;
  /** Body of the response, which is sent as JSON; `undefined` means an empty body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Path template of the route as in the OpenAPI description, such as `/repos/{owner}/{repo}/issues`. */
  readonly path: string;
  readonly handle: (context: RequestContext) => RouteResponse;
}

/** Repository of a request and the caller's permission in it. */
export interface RepositoryAccess {
  readonly repository: Repository;
  readonly permission: Permission;
  /** Account of the caller; null for an anonymous read. */
  readonly caller: Account | null;
}

export interface IssueAccess extends RepositoryAccess {
  readonly issue: Issue;
}
