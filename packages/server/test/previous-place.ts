import { type FakeGitHub, startFakeGitHub } from '@commandcenter/fake-github';
import { base, type PreviousDatabase, type PreviousFields, type Row, taskOf } from './previous-database.ts';

export const CREATED = '2025-12-01T12:00:00Z';
/** Time of the earlier of two edits; `LATE` is that of the later one. */
export const EARLY = '2025-12-01T13:00:00Z';
export const LATE = '2025-12-01T14:00:00Z';
/** Time since which the previous version had polled. */
export const SINCE = '2025-11-01T00:00:00Z';

export interface Issue {
  id: number;
  number: number;
}

interface Counterpart {
  project: number;
  integration: number;
  /** Id of the row in `repositories`. */
  row: number;
  /** Name of the repository at this GitHub, `owner/name`. */
  repository: string;
}

interface Followed {
  /** The newest state of the issue that the task had taken over. Default: the present state of the issue. */
  known?: Partial<PreviousFields>;
  /** The fields of the task that people edited at the time `editedAt`, after the task had taken over the state `known` of the issue. */
  edited?: Partial<PreviousFields>;
  editedAt?: string;
  link?: Row;
  /** The stored intent to send the task's edit to the issue; null for none. Default: an intent that waits, if there is an edit. */
  intent?: Row | null;
}

/** A fake GitHub, and the rows that the previous version stored about its issues. */
export class PreviousPlace {
  readonly gitHub: FakeGitHub;
  readonly token: string;
  /** The account of the token, as stored with the integration. */
  readonly account: Row;
  readonly #previous: PreviousDatabase;

  private constructor(previous: PreviousDatabase, gitHub: FakeGitHub) {
    const { state } = gitHub;
    const { id, login } = state.addUser('cc-bot');
    state.addOrganization('my-org', { members: { 'cc-bot': 'admin', octocat: 'member' } });
    this.account = { id: String(id), login, type: 'user' };
    this.token = state.addToken({ login, scopes: ['repo', 'read:org', 'admin:repo_hook'] });
    this.gitHub = gitHub;
    this.#previous = previous;
  }

  static async open(previous: PreviousDatabase): Promise<PreviousPlace> {
    return new PreviousPlace(previous, await startFakeGitHub());
  }

  /** URL of the API in the layout of GitHub Enterprise, where the pages of issues have the same host as the API. */
  get apiUrl(): string {
    return `${this.gitHub.url}/api/v3`;
  }

  /** Adds a repository of the organization and returns its id. */
  addRepository(name: string): string {
    const collaborators = { 'cc-bot': 'admin', octocat: 'write' } as const;
    return String(this.gitHub.state.addRepository({ owner: 'my-org', name, collaborators }).id);
  }

  addIssue(repository: string, issue: { title: string } & Row, updatedAt = CREATED, by = 'octocat'): Issue {
    const make = () => ({ body: 'A description.', createdAt: CREATED, updatedAt, ...issue });
    const [added] = this.gitHub.state.addIssues({ repository, by, count: 1, make });
    if (added === undefined) throw new Error('no issue was added');
    return added;
  }

  url(repository: string, { number }: Issue): string {
    return `${this.gitHub.url}/${repository}/issues/${number}`;
  }

  /** Stores a task and its link to an issue. Returns the ids of both. */
  async follow(
    { project, integration, row, repository }: Counterpart,
    issue: Issue,
    { known, edited, editedAt = LATE, link = {}, intent }: Followed = {},
  ): Promise<{ task: number; link: number }> {
    const { title } = this.gitHub.state.issue({ repository, number: issue.number });
    const agreed = base({ title, ...known });
    const field_times = Object.fromEntries(Object.keys(edited ?? {}).map((field) => [field, editedAt]));
    const task = await this.#previous.addTask(project, { ...taskOf({ ...agreed, ...edited }), field_times });
    const isPending = edited !== undefined && intent !== null;
    const id = await this.#previous.addLink(task, row, integration, {
      external_id: String(issue.id),
      number: issue.number,
      url: this.url(repository, issue),
      base: agreed,
      remote_version: CREATED,
      sync_state: isPending ? 'pending' : 'in_sync',
      ...link,
    });
    if (isPending || intent) await this.#previous.addIntent(id, intent ?? {});
    return { task, link: id };
  }

  /** Returns the paths of all write requests, each once. Labels and assignees of an issue count as the issue itself. */
  written(): string[] {
    const paths = this.gitHub.requests
      .all()
      .filter(({ method }) => method !== 'GET' && method !== 'HEAD')
      .map(({ path }) => path.replace('/repos/', '').replace(/\/(labels|assignees)(\/.*)?$/, ''));
    return [...new Set(paths)].sort();
  }
}
