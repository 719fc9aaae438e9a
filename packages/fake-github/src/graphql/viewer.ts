import { GraphQLFailure } from '../errors.ts';
import { isMember } from '../state/accounts.ts';
import type { Project, Repository, Token } from '../state/model.ts';
import { reach } from '../state/tokens.ts';
import type { World } from '../state/world.ts';
import type { Urls } from '../view/urls.ts';

/** The caller of a query, and the base addresses for links. */
export interface Viewer {
  readonly world: World;
  readonly token: Token;
  readonly urls: Urls;
}

const projectScopes = ['read:project', 'project'];

/** Throws GitHub's error if the token lacks the scope for projects. */
export function requireProjectScope(viewer: Viewer, level: 'read' | 'write'): void {
  const { token } = viewer;
  if (token.kind === 'classic') {
    const sufficientScopes = level === 'read' ? projectScopes : ['project'];
    if (token.scopes.some((scope) => sufficientScopes.includes(scope))) return;
    throw new GraphQLFailure(
      'INSUFFICIENT_SCOPES',
      `Your token has not been granted the required scopes to execute this query. The 'id' field requires one of the following scopes: ['${sufficientScopes[0]}'], but your token has only been granted the: [${token.scopes.map((scope) => `'${scope}'`).join(', ')}] scopes.`,
    );
  }
  const granted = token.permissions.organization_projects ?? token.permissions.projects;
  if (granted === undefined || (level === 'write' && granted === 'read')) {
    throw new GraphQLFailure(
      'FORBIDDEN',
      `Resource not accessible by ${token.kind === 'installation' ? 'integration' : 'personal access token'}`,
    );
  }
}

export function canSeeProject(viewer: Viewer, project: Project): boolean {
  const { token } = viewer;
  if (project.isPublic) return true;
  if (token.installation !== null) return token.installation.account === project.owner;
  return isMember(project.owner, token.account);
}

export function canSeeRepository(viewer: Viewer, repository: Repository): boolean {
  return reach(viewer.token, repository) !== null;
}

/** Throws GitHub's error for something that does not exist or that the caller cannot see. */
export function failNotFound(message: string): never {
  throw new GraphQLFailure('NOT_FOUND', message);
}
