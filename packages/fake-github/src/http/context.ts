import type { Settings } from '../settings.ts';
import type { Account, Issue, Permission, Repository, Token } from '../state/model.ts';
import type { World } from '../state/world.ts';
import type { Urls } from '../view/urls.ts';
import type { Dispatcher } from '../webhooks/dispatcher.ts';
import type { Hooks } from '../webhooks/hooks.ts';
import type { RateLimit } from './rate-limit.ts';

/** Who asks: a token's account, an app by its JWT, or nobody. */
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
  /** Without query and without `/api/v3`. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly credential: Credential;
  /** The credential's text; empty without one. */
  readonly credentialText: string;
  /** Bases of the layout the request came in by. */
  readonly urls: Urls;
}

export interface Answer {
  readonly status: number;
  /** Goes out as JSON; `undefined` for an empty body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** As in the OpenAPI description, e.g. `/repos/{owner}/{repo}/issues`. */
  readonly path: string;
  readonly handle: (context: RequestContext) => Answer;
}

/** What the caller can reach in a repository. */
export interface RepositoryAccess {
  readonly repository: Repository;
  readonly permission: Permission;
  /** The caller; an anonymous caller can never get here with a write. */
  readonly caller: Account | null;
}

export interface IssueAccess extends RepositoryAccess {
  readonly issue: Issue;
}
