import type { JsonObject } from '../json.ts';
import type { Account } from '../state/model.ts';
import { actorNode } from './actor-node.ts';
import type { ConnectionArgs } from './connection.ts';
import { connection } from './connection.ts';
import { mutations } from './mutations.ts';
import { node } from './node.ts';
import { ownersProject, type ProjectsArgs, projectsConnection } from './project-node.ts';
import { repositoryNode } from './repository-node.ts';
import { canSeeRepository, failNotFound, type Viewer } from './viewer.ts';

/** Returns a user or organization with its projects and repositories. */
function ownerNode(account: Account, viewer: Viewer): JsonObject {
  const repositories = [...viewer.world.repositories.values()].filter(
    (repository) => repository.owner === account && canSeeRepository(viewer, repository),
  );
  return {
    ...actorNode(account, viewer),
    projectV2: ({ number }: { number: number }) => ownersProject(viewer, account, number),
    projectsV2: (args: ProjectsArgs) => projectsConnection(viewer, args, (project) => project.owner === account),
    repositories: (args: ConnectionArgs) =>
      connection('repositories', repositories, args, (repository) => repositoryNode(repository, viewer)),
    repository: ({ name }: { name: string }) => findRepository(viewer, account.login, name),
  };
}

function findRepository(viewer: Viewer, owner: string, name: string): JsonObject {
  const repository = viewer.world.findRepository(`${owner}/${name}`);
  if (repository === undefined || !canSeeRepository(viewer, repository)) {
    failNotFound(`Could not resolve to a Repository with the name '${owner}/${name}'.`);
  }
  return repositoryNode(repository, viewer);
}

function findOwner(viewer: Viewer, login: string, type: 'User' | 'Organization'): JsonObject {
  const account = viewer.world.findAccount(login);
  if (account?.type !== type) {
    failNotFound(
      `Could not resolve to ${type === 'User' ? 'a User' : 'an Organization'} with the login of '${login}'.`,
    );
  }
  return ownerNode(account, viewer);
}

/** Returns the entry points of queries and mutations for one caller. */
export function rootValue(viewer: Viewer): JsonObject {
  return {
    viewer: () => ownerNode(viewer.token.account, viewer),
    repository: ({ owner, name }: { owner: string; name: string }) => findRepository(viewer, owner, name),
    organization: ({ login }: { login: string }) => findOwner(viewer, login, 'Organization'),
    user: ({ login }: { login: string }) => findOwner(viewer, login, 'User'),
    repositoryOwner: ({ login }: { login: string }) => {
      const account = viewer.world.findAccount(login);
      return account === undefined ? null : ownerNode(account, viewer);
    },
    node: ({ id }: { id: string }) => node(viewer, id),
    ...mutations(viewer),
  };
}
