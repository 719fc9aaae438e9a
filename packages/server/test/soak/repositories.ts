import type { FakeGitHub, Repository } from '@commandcenter/fake-github';
import type { RepositoryEdit } from './actions.ts';

export const OWNER = 'my-org';
export const BOT = 'cc-bot';
/** People to whom issues can be assigned, with their permissions. */
export const collaborators = { octocat: 'write', hubot: 'write' } as const;

/** One numbered repository of a schedule. A rename keeps its repository; deleting and creating it again replaces it. */
export interface RepositorySlot {
  current: Repository;
  /** The names that lead to the current repository. After a rename GitHub redirects the former name. */
  names: Set<string>;
  renames: number;
}

export function addRepository(state: FakeGitHub['state'], name: string): Repository {
  return state.addRepository({
    owner: OWNER,
    name,
    private: true,
    collaborators: { ...collaborators, [BOT]: 'admin' },
  });
}

export const fullName = ({ owner, name }: Repository): string => `${owner.login}/${name}`;

export function editRepository({ state }: FakeGitHub, slot: RepositorySlot, { edit }: RepositoryEdit): void {
  const repository = fullName(slot.current);
  const setPermission = (permission: 'read' | 'admin' | null): void =>
    state.setCollaborator({ repository, login: BOT, permission });
  if (edit === 'rename') {
    slot.renames += 1;
    state.renameRepository({ repository, name: `${slot.current.name.replace(/-\d+$/, '')}-${slot.renames}` });
    slot.names.add(fullName(slot.current));
  } else if (edit === 'recreate') {
    state.deleteRepository({ repository });
    slot.current = addRepository(state, slot.current.name);
    slot.names = new Set([fullName(slot.current)]);
  } else if (edit === 'archive') state.archiveRepository({ repository });
  else if (edit === 'unarchive') state.unarchiveRepository({ repository });
  else if (edit === 'disable issues') state.setIssuesEnabled({ repository, enabled: false });
  else if (edit === 'enable issues') state.setIssuesEnabled({ repository, enabled: true });
  else if (edit === 'hide') setPermission(null);
  else if (edit === 'readonly') setPermission('read');
  else setPermission('admin');
}

/** Removes all obstacles from the repository, so that the bot may write everywhere. */
export function openRepository(fake: FakeGitHub, slot: RepositorySlot): void {
  for (const edit of ['unarchive', 'enable issues', 'grant'] as const) editRepository(fake, slot, { edit });
}
