import type { JsonObject } from '../json.ts';
import type { Account } from '../state/model.ts';
import { actorNode } from './actor-node.ts';
import type { ConnectionArgs } from './connection.ts';
import { connection } from './connection.ts';
import { mutations } from './mutations.ts';
import { node } from './node.ts';
import { failNotFound } from './not-found.ts';
import { ownersProject, type ProjectsArgs, projectsConnection } from './project-node.ts';
import { canSeeRepository, type Reader } from './reader.ts';
import { repositoryNode } from './repository-node.ts';

/** A user or organisation with what belongs to it. */
function ownerNode(account: Account, reader: Reader): JsonObject {
  const repositories = [...reader.world.repositories.values()].filter(
    (repository) => repository.owner === account && canSeeRepository(reader, repository),
  );
  return {
    ...actorNode(account, reader),
    projectV2: ({ number }: { number: number }) => ownersProject(reader, account, number),
    projectsV2: (args: ProjectsArgs) => projectsConnection(reader, args, (project) => project.owner === account),
    repositories: (args: ConnectionArgs) =>
      connection('repositories', repositories, args, (repository) => repositoryNode(repository, reader)),
    repository: ({ name }: { name: string }) => findRepository(reader, account.login, name),
  };
}

function findRepository(reader: Reader, owner: string, name: string): JsonObject {
  const repository = reader.world.findRepository(`${owner}/${name}`);
  if (repository === undefined || !canSeeRepository(reader, repository)) {
    failNotFound(`Could not resolve to a Repository with the name '${owner}/${name}'.`);
  }
  return repositoryNode(repository, reader);
}

function findOwner(reader: Reader, login: string, type: 'User' | 'Organization'): JsonObject {
  const account = reader.world.findAccount(login);
  if (account?.type !== type) {
    failNotFound(
      `Could not resolve to ${type === 'User' ? 'a User' : 'an Organization'} with the login of '${login}'.`,
    );
  }
  return ownerNode(account, reader);
}

/** The entry points of a query or mutation, as this reader sees them. */
export function rootValue(reader: Reader): JsonObject {
  return {
    viewer: () => ownerNode(reader.token.account, reader),
    repository: ({ owner, name }: { owner: string; name: string }) => findRepository(reader, owner, name),
    organization: ({ login }: { login: string }) => findOwner(reader, login, 'Organization'),
    user: ({ login }: { login: string }) => findOwner(reader, login, 'User'),
    repositoryOwner: ({ login }: { login: string }) => {
      const account = reader.world.findAccount(login);
      return account === undefined ? null : ownerNode(account, reader);
    },
    node: ({ id }: { id: string }) => node(reader, id),
    ...mutations(reader),
  };
}
