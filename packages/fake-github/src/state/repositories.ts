import { repositoryView } from '../view/repository.ts';
import { addCommit, headOf } from './commits.ts';
import type { Account, Label, Permission, Repository } from './model.ts';
import { organizationOf } from './repository-events.ts';
import { claimName } from './repository-names.ts';
import { fullName, type World } from './world.ts';

/** The labels that GitHub creates in every new repository. */
const defaultLabels: readonly (readonly [name: string, color: string, description: string])[] = [
  ['bug', 'd73a4a', "Something isn't working"],
  ['documentation', '0075ca', 'Improvements or additions to documentation'],
  ['duplicate', 'cfd3d7', 'This issue or pull request already exists'],
  ['enhancement', 'a2eeef', 'New feature or request'],
  ['good first issue', '7057ff', 'Good for newcomers'],
  ['help wanted', '008672', 'Extra attention is needed'],
  ['invalid', 'e4e669', "This doesn't seem right"],
  ['question', 'd876e3', 'Further information is requested'],
  ['wontfix', 'ffffff', 'This will not be worked on'],
];

export interface NewRepository {
  owner: string;
  name: string;
  /** True for a private repository. Default: false. */
  private?: boolean;
  description?: string;
  /** Name of the default branch. Default: `main`. */
  defaultBranch?: string;
  /** Newest commit of the default branch. Default: a new commit. Tests with a real git repository set it. */
  headSha?: string;
  hasIssues?: boolean;
  archived?: boolean;
  collaborators?: Readonly<Record<string, Permission>>;
  /** Labels in addition to the nine of every new repository. */
  labels?: readonly string[];
}

export function addRepository(world: World, input: NewRepository): Repository {
  const id = world.nextRepositoryId();
  const now = world.timestamp();
  const owner = world.account(input.owner);
  claimName(world, id, owner, input.name);
  const repository: Repository = {
    id,
    nodeId: world.nodeId('R', id),
    owner,
    name: input.name,
    description: input.description ?? null,
    isPrivate: input.private ?? false,
    defaultBranch: input.defaultBranch ?? 'main',
    hasIssues: input.hasIssues ?? true,
    archived: input.archived ?? false,
    createdAt: now,
    updatedAt: now,
    pushedAt: now,
    branches: new Map(),
    commits: new Map(),
    checkRuns: [],
    collaborators: new Map(
      Object.entries(input.collaborators ?? {}).map(([login, permission]) => [login.toLowerCase(), permission]),
    ),
    labels: new Map(),
    issues: new Map(),
    deletedNumbers: new Set(),
    transferred: new Map(),
    nextNumber: 1,
    revision: 0,
    lastList: null,
  };
  repository.branches.set(repository.defaultBranch, addCommit(world, repository, null, input.headSha));
  for (const [name, color, description] of defaultLabels)
    putLabel(world, repository, { name, color, description }, true);
  for (const name of input.labels ?? []) {
    if (!repository.labels.has(name.toLowerCase())) putLabel(world, repository, { name }, false);
  }
  world.repositories.set(id, repository);
  return repository;
}

/** Adds a label to a repository without permission check and without event. */
export function putLabel(
  world: World,
  repository: Repository,
  input: { name: string; color?: string; description?: string | null },
  isDefault: boolean,
): Label {
  const id = world.nextId();
  const label: Label = {
    id,
    nodeId: world.nodeId('LA', id),
    name: input.name,
    color: input.color ?? 'ededed',
    description: input.description ?? null,
    isDefault,
  };
  repository.labels.set(input.name.toLowerCase(), label);
  return label;
}

export interface PushedCommit {
  message: string;
  added?: readonly string[];
  modified?: readonly string[];
  removed?: readonly string[];
  /** Id of the pushed commit. Default: a new commit. */
  sha?: string;
}

/** Commit id that push events have as `before` for a new branch. */
const noCommit = '0'.repeat(40);

/** Pushes commits to a branch and sends the event. In push events the repository has `stargazers`, and two of its times are numbers. */
export function push(
  world: World,
  repository: Repository,
  sender: Account,
  branch: string,
  commits: readonly PushedCommit[],
): string {
  const now = world.timestamp();
  const before = repository.branches.get(branch) ?? null;
  let after = before ?? headOf(repository);
  const shas = commits.map(({ sha }) => {
    after = addCommit(world, repository, after, sha);
    return after;
  });
  repository.branches.set(branch, after);
  repository.pushedAt = now;
  const person = { name: sender.name ?? sender.login, email: `${sender.login}@users.noreply.github.com` };
  world.publish({
    event: 'push',
    action: null,
    sender,
    repository,
    organization: organizationOf(repository),
    body: (urls) => {
      const url = `${urls.html}/${fullName(repository)}`;
      const pushed = commits.map((commit, index) => {
        const id = shas[index];
        return {
          id,
          tree_id: world.sha(),
          distinct: true,
          message: commit.message,
          timestamp: now,
          url: `${url}/commit/${id}`,
          author: { ...person, username: sender.login },
          committer: { ...person, username: sender.login },
          added: commit.added ?? [],
          removed: commit.removed ?? [],
          modified: commit.modified ?? [],
        };
      });
      return {
        ref: `refs/heads/${branch}`,
        before: before ?? noCommit,
        after,
        repository: {
          ...repositoryView(repository, urls),
          url,
          created_at: Date.parse(repository.createdAt) / 1000,
          pushed_at: Date.parse(now) / 1000,
          stargazers: 0,
          master_branch: repository.defaultBranch,
          ...(organizationOf(repository) === null ? {} : { organization: repository.owner.login }),
        },
        pusher: person,
        created: before === null,
        deleted: false,
        forced: false,
        base_ref: null,
        compare: `${url}/compare/${(before ?? headOf(repository)).slice(0, 12)}...${after.slice(0, 12)}`,
        commits: pushed,
        head_commit: pushed.at(-1) ?? null,
      };
    },
  });
  return after;
}
