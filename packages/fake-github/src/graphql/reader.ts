import { GraphQLFailure } from '../errors.ts';
import { isMember } from '../state/accounts.ts';
import type { Project, Repository, Token } from '../state/model.ts';
import { reach } from '../state/tokens.ts';
import type { World } from '../state/world.ts';
import type { Urls } from '../view/urls.ts';

/** Who reads, and where from. */
export interface Reader {
  readonly world: World;
  readonly token: Token;
  readonly urls: Urls;
}

const projectScopes = ['read:project', 'project'];

/** Projects need a scope of their own; GitHub names it in an error of the query. */
export function requireProjectScope(reader: Reader, level: 'read' | 'write'): void {
  const { token } = reader;
  if (token.kind === 'classic') {
    const enough = level === 'read' ? projectScopes : ['project'];
    if (token.scopes.some((scope) => enough.includes(scope))) return;
    throw new GraphQLFailure(
      'INSUFFICIENT_SCOPES',
      `Your token has not been granted the required scopes to execute this query. The 'id' field requires one of the following scopes: ['${enough[0]}'], but your token has only been granted the: [${token.scopes.map((scope) => `'${scope}'`).join(', ')}] scopes.`,
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

export function canSeeProject(reader: Reader, project: Project): boolean {
  const { token } = reader;
  if (project.isPublic) return true;
  if (token.installation !== null) return token.installation.account === project.owner;
  return isMember(project.owner, token.account);
}

export function canSeeRepository(reader: Reader, repository: Repository): boolean {
  return reach(reader.token, repository) !== null;
}
