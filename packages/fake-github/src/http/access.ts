import { ApiError, notFound } from '../errors.ts';
import type { Account, Permission, Repository, Token } from '../state/model.ts';
import { reach } from '../state/tokens.ts';
import { fullName } from '../state/world.ts';
import type { IssueAccess, RepositoryAccess, RequestContext } from './context.ts';

const ranks: Record<Permission, number> = { read: 0, triage: 1, write: 2, admin: 3 };

/** Access that an operation requires, for both of GitHub's systems: a role with classic scopes, or a fine-grained permission. */
export interface AccessRule {
  /** The role that the caller must have in the repository. */
  readonly role: Permission;
  /** Name of the required fine-grained permission, such as `issues`. */
  readonly permission: string;
  readonly level: 'read' | 'write';
  /** Name of another fine-grained permission that is sufficient. */
  readonly or?: string;
  /** Classic scopes that are sufficient, in addition to `repo`, and to `public_repo` for public repositories. */
  readonly scopes?: readonly string[];
}

export const accessRules = {
  metadata: { role: 'read', permission: 'metadata', level: 'read' },
  readIssues: { role: 'read', permission: 'issues', level: 'read' },
  openIssue: { role: 'read', permission: 'issues', level: 'write' },
  /** Comments of pull requests are issue comments on GitHub, so either permission is sufficient. */
  readPullComments: { role: 'read', permission: 'issues', or: 'pull_requests', level: 'read' },
  writePullComments: { role: 'read', permission: 'issues', or: 'pull_requests', level: 'write' },
  writeIssues: { role: 'triage', permission: 'issues', level: 'write' },
  writeLabels: { role: 'write', permission: 'issues', level: 'write' },
  readContents: { role: 'read', permission: 'contents', level: 'read' },
  readChecks: { role: 'read', permission: 'checks', level: 'read' },
  writeChecks: { role: 'write', permission: 'checks', level: 'write' },
  readPulls: { role: 'read', permission: 'pull_requests', level: 'read' },
  readHooks: {
    role: 'admin',
    permission: 'repository_hooks',
    level: 'read',
    scopes: ['admin:repo_hook', 'write:repo_hook', 'read:repo_hook'],
  },
  writeHooks: {
    role: 'admin',
    permission: 'repository_hooks',
    level: 'write',
    scopes: ['admin:repo_hook', 'write:repo_hook'],
  },
} as const satisfies Record<string, AccessRule>;

/** Returns the token of the request. Throws 401 if there is none. */
export function requireToken(context: RequestContext): Token {
  if (context.credential.kind !== 'token') throw new ApiError(401, 'Requires authentication');
  return context.credential.token;
}

/**
 * Returns the redirect to a new address. GitHub redirects reads with 301. Its documentation says the same for writes, but clients have
 * seen 307 with the same body, so `settings.writeRedirect` decides.
 */
function moved(context: RequestContext, path: string): ApiError {
  const query = context.query.size === 0 ? '' : `?${context.query}`;
  const url = `${context.urls.api}${path}${query}`;
  const isRead = context.method === 'GET' || context.method === 'HEAD';
  return new ApiError(isRead ? 301 : context.settings.writeRedirect, 'Moved Permanently', {
    headers: { location: url },
    body: { message: 'Moved Permanently', url, documentation_url: 'https://docs.github.com/rest' },
  });
}

/** Returns the repository in the path by id, name or former name. Throws 404 if there is none. */
export function findRepository(context: RequestContext): Repository {
  const { world, params } = context;
  if (params.repository_id !== undefined) {
    const repository = world.repositories.get(Number(params.repository_id));
    if (repository === undefined) throw notFound();
    return repository;
  }
  const repository = world.findRepository(`${params.owner}/${params.repo}`);
  if (repository === undefined) throw notFound();
  return repository;
}

function checkPermission(token: Token, repository: Repository, rule: AccessRule): void {
  if (token.kind === 'classic') {
    const sufficientScopes = ['repo', ...(repository.isPrivate ? [] : ['public_repo']), ...(rule.scopes ?? [])];
    const isPublicRead = rule.level === 'read' && rule.role === 'read' && !repository.isPrivate;
    if (isPublicRead || token.scopes.some((scope) => sufficientScopes.includes(scope))) return;
    throw new ApiError(403, 'Resource not accessible by personal access token', {
      headers: { 'x-accepted-oauth-scopes': sufficientScopes.join(', ') },
    });
  }
  const names = [rule.permission, ...(rule.or === undefined ? [] : [rule.or])];
  const isGranted = names
    .map((name) => token.permissions[name])
    .some((granted) => (rule.level === 'read' ? granted !== undefined : granted === 'write' || granted === 'admin'));
  if (isGranted || (rule.level === 'read' && rule.role === 'read' && !repository.isPrivate)) return;
  const who = token.kind === 'installation' ? 'integration' : 'personal access token';
  throw new ApiError(403, `Resource not accessible by ${who}`, {
    headers: { 'x-accepted-github-permissions': names.map((name) => `${name}=${rule.level}`).join('; ') },
  });
}

/** Throws a redirect if the path contains a former name of the repository. */
export function requirePresentName(context: RequestContext, repository: Repository): void {
  const { owner, repo } = context.params;
  if (owner === undefined || `${owner}/${repo}`.toLowerCase() === fullName(repository).toLowerCase()) return;
  const rest = context.path.split('/').slice(4).join('/');
  throw moved(context, `/repositories/${repository.id}${rest === '' ? '' : `/${rest}`}`);
}

/** Throws 410 while the issues of the repository are disabled. */
export function requireIssues(repository: Repository): void {
  if (repository.hasIssues) return;
  const message = 'Issues are disabled for this repo';
  throw new ApiError(410, message, { body: { message, documentation_url: 'https://docs.github.com/v3/issues/' } });
}

/**
 * Returns the repository in the path. Throws 404 if the caller cannot see it, 301 for a former name and 403 without the required access.
 */
export function repositoryAccess(context: RequestContext, rule: AccessRule): RepositoryAccess {
  const repository = findRepository(context);
  const { credential } = context;
  if (credential.kind !== 'token') {
    if (repository.isPrivate) throw notFound();
    if (rule.level === 'write' || rule.role !== 'read') throw new ApiError(401, 'Requires authentication');
  }
  const permission = credential.kind === 'token' ? reach(credential.token, repository) : 'read';
  if (permission === null) throw notFound();
  requirePresentName(context, repository);
  if (credential.kind !== 'token') return { repository, permission, caller: null };
  checkPermission(credential.token, repository, rule);
  if (ranks[permission] < ranks[rule.role]) {
    if (rule.role === 'admin') throw notFound();
    throw new ApiError(403, 'Must have push access to Repository');
  }
  if (rule.level === 'write' && repository.archived) {
    throw new ApiError(403, 'Repository was archived so is read-only.');
  }
  return { repository, permission, caller: credential.token.account };
}

/** Returns the repository and the caller, for operations that change something. */
export function writeAccess(context: RequestContext, rule: AccessRule): RepositoryAccess & { caller: Account } {
  const access = repositoryAccess(context, rule);
  const { caller } = access;
  if (caller === null) throw new ApiError(401, 'Requires authentication');
  return { ...access, caller };
}

/** Returns the issue in the path. Throws 410 if it was deleted or issues are disabled, and a redirect if it was transferred. */
export function issueAccess(context: RequestContext, rule: AccessRule): IssueAccess {
  const access = repositoryAccess(context, rule);
  const { repository } = access;
  const number = Number(context.params.issue_number ?? context.params.pull_number);
  const issue = repository.issues.get(number);
  // The issues API still serves pull requests while issues are disabled.
  if (issue?.pullRequest == null && context.params.pull_number === undefined) requireIssues(repository);
  if (issue !== undefined) return { ...access, issue };
  if (repository.deletedNumbers.has(number)) throw new ApiError(410, 'This issue was deleted');
  const target = repository.transferred.get(number);
  if (target !== undefined) {
    if (!mayRead(context, target.repository)) throw notFound();
    const rest = context.path.replace(/^.*\/issues\/\d+/, '');
    throw moved(context, `/repositories/${target.repository.id}/issues/${target.number}${rest}`);
  }
  throw notFound();
}

function mayRead(context: RequestContext, repository: Repository): boolean {
  if (context.credential.kind !== 'token') return !repository.isPrivate;
  return reach(context.credential.token, repository) !== null;
}

/** Returns the issue for a change. Allowed are people with triage access and, for text and state, the author of the issue. */
export function issueWriteAccess(
  context: RequestContext,
  options: { authorMay: boolean },
): IssueAccess & { caller: Account } {
  const access = issueAccess(context, accessRules.openIssue);
  const { caller, issue, permission } = access;
  if (caller === null) throw new ApiError(401, 'Requires authentication');
  if (ranks[permission] >= ranks.triage || (options.authorMay && issue.author === caller)) {
    return { ...access, caller };
  }
  throw new ApiError(403, 'Must have admin rights to Repository.');
}
