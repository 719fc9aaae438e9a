import type { Issue, Repository } from '@commandcenter/fake-github';
import type { Response as UndiciResponse, fetch as undiciFetch } from 'undici';
import type { TaskFields } from '../../src/tasks/task.ts';
import type { WorldOptions } from './actions.ts';
import { GitHubSide } from './github-side.ts';
import type { Operation } from './operation.ts';
import { fieldsOfIssue, fieldsOfTask, type IssueThread, LastValues, scalars } from './people.ts';
import { Random } from './random.ts';
import { addRepository, BOT, fullName, OWNER, type RepositorySlot } from './repositories.ts';
import { isWrite, type ParkedRequest, Scheduler } from './scheduler.ts';
import { CurrentSystem } from './system.ts';
import type { ConflictState, IntegrationHandle, LinkState, System } from './system-interface.ts';
import { VirtualClock } from './virtual-clock.ts';
import type { VirtualDatabase } from './virtual-database.ts';
import { useVirtualTime } from './virtual-time.ts';

const scopes = ['repo', 'read:org', 'admin:repo_hook'];
const START = Date.UTC(2030, 0, 1, 12);

/** Both sides of one schedule, and what its people have done on each. */
export class World {
  readonly options: WorldOptions;
  readonly scheduler: Scheduler;
  readonly github: GitHubSide;
  readonly token: string;
  readonly repositories: RepositorySlot[] = [];
  /** Names of the repositories that every integration's configuration contains at the beginning. */
  readonly configured = new Set<string>();
  readonly issues: IssueThread[] = [];
  /** Ids of tasks in the order in which they appeared; actions use the index. */
  readonly taskIds: number[] = [];
  readonly taskPeople = new Map<number, LastValues>();
  /** Ids of conflicts in the order in which they appeared; actions use the index. */
  readonly conflictIds: number[] = [];
  conflicts: readonly ConflictState[] = [];
  /** The last edit of a task on our side; null if there was none. */
  lastEdit: { taskId: number; fields: Partial<TaskFields> } | null = null;
  /** The links that tasks had when people edited them. These edits reached the issues even if the links are gone in the end. */
  readonly editedLinks: LinkState[] = [];
  /** Ids of the tasks that a person deleted on our side. */
  readonly deletedTasks = new Set<number>();
  /** Defects that were found while the schedule ran. */
  readonly defects: { check: string; detail: string }[] = [];
  /** True after a credential was refused: a person has to test the integration before its work continues. */
  needsTest = false;
  /** Number of edits and faults so far. Each may cause writes. */
  causes = 0;
  system!: System;
  #watched: Operation[] = [];

  private constructor(options: WorldOptions, scheduler: Scheduler, github: GitHubSide) {
    this.options = options;
    this.scheduler = scheduler;
    this.github = github;
    this.token = github.fake.state.addToken({ login: BOT, scopes });
    github.newest = () => scheduler.newest;
    github.onWrite = (request, carryOut) => this.#watchWrite(request, carryOut);
  }

  static async create(database: VirtualDatabase, options: WorldOptions): Promise<World> {
    const clock = new VirtualClock(START);
    const random = new Random(START);
    await database.clear();
    useVirtualTime({ clock, random: () => random.next() });
    const scheduler = new Scheduler(clock, database.setTime);
    await scheduler.advanceTo(START);
    scheduler.githubTime = () => clock.now() + options.skewMs;
    const github = await GitHubSide.start({ now: () => new Date(scheduler.githubTime()) });
    const { state } = github.fake;
    state.addOrganization(OWNER, { members: {} });
    const world = new World(options, scheduler, github);
    for (const name of ['one', 'two']) {
      const current = addRepository(state, name);
      world.repositories.push({ current, names: new Set([fullName(current)]), renames: 0 });
    }
    const transport: typeof undiciFetch = async (input, init) => {
      const request = requestOf(input, init);
      world.#checkConcurrentWrites(request);
      if (options.policy === 'manual' && isWrite(request)) await world.#checkFrozenWrites();
      const sentTo = world.#addressed(request.url.pathname)?.id ?? null;
      return scheduler.park({ ...request, sentTo }, init?.signal);
    };
    const repositories = world.repositories.map(({ current }) => fullName(current));
    for (const name of repositories) world.configured.add(name);
    const integration = { project: 0, token: world.token, repositories };
    const integrations = [integration];
    if (options.integrations === 'two projects') integrations.push({ ...integration, project: 1 });
    if (options.integrations === 'overlap') integrations.push({ ...integration });
    const setup = { apiUrl: github.fake.url, integrations, policy: options.policy };
    world.system = await CurrentSystem.create(database, transport, setup);
    if (options.webhooks) {
      for (const { id } of world.system.integrations)
        state.addWebhook({ organization: OWNER, url: `http://127.0.0.1:9/${id}` });
    }
    return world;
  }

  async close(): Promise<void> {
    for (const operation of this.scheduler.operations) this.scheduler.crash(operation);
    useVirtualTime(undefined);
    await this.github.close();
  }

  integration(number: number): IntegrationHandle {
    const { integrations } = this.system;
    return integrations[number % integrations.length] as IntegrationHandle;
  }

  /** Adds the tasks and conflicts that have appeared to the numbered lists. */
  async lookAround(): Promise<void> {
    const tasks = await this.system.readTasks();
    for (const { id } of tasks) if (!this.taskIds.includes(id)) this.taskIds.push(id);
    this.conflicts = await this.system.readConflicts();
    for (const { id } of this.conflicts) if (!this.conflictIds.includes(id)) this.conflictIds.push(id);
  }

  /** Returns the conflict with this number, or undefined if its task is deleted. */
  conflict(number: number): ConflictState | undefined {
    return this.conflicts.find(({ id }) => id === this.conflictIds[number]);
  }

  /**
   * Returns false for a repository that the code under test cannot know: no integration names it, and neither a webhook nor a response
   * has shown its name. This happens if a repository is renamed unnoticed and then deleted and created again. With two projects a
   * response counts for neither, because it is not known here which of them received it.
   */
  isKnowable(repository: Repository): boolean {
    const names = this.repositories.find(({ current }) => current === repository)?.names ?? [];
    const isShownToAll = this.options.integrations !== 'two projects' || this.options.webhooks;
    const isShown = (name: string): boolean => isShownToAll && this.github.shown.has(`repository/${name}`);
    return [...names].some((name) => this.configured.has(name) || isShown(name));
  }

  /** True if every project was shown this value. Each project gets its own webhooks, which may be lost. */
  wasShownToAll(what: string): boolean {
    const to = this.github.shownTo.get(what) ?? new Set();
    if (to.has('all')) return true;
    const reached = this.system.integrations.filter(({ id }) => to.has(id)).map(({ projectId }) => projectId);
    return this.system.integrations.every(({ projectId }) => reached.includes(projectId));
  }

  threadOf(issueId: number): IssueThread | undefined {
    return this.issues.find(({ ids }) => ids.has(String(issueId)));
  }

  addThread(current: Issue): IssueThread {
    const thread: IssueThread = {
      current,
      ids: new Set([String(current.id)]),
      ours: false,
      people: new LastValues(),
      overwritten: [],
    };
    this.issues.push(thread);
    return thread;
  }

  /** Performs an edit at GitHub, and remembers the values that the person set. */
  async editedThere(thread: IssueThread, edit: (ref: { repository: string; number: number }) => void): Promise<void> {
    const issue = thread.current;
    if (issue === null) return;
    const before = fieldsOfIssue(issue);
    const changedBefore = Date.parse(issue.updatedAt);
    edit({ repository: fullName(issue.repository), number: issue.number });
    if (thread.current === null) return;
    const after = fieldsOfIssue(thread.current);
    thread.people.note(before, after, this.scheduler.githubTime(), changedBefore);
  }

  /** Performs an edit of a task, and remembers the values that the person set. */
  async editedHere(taskId: number, edit: () => Promise<void>): Promise<void> {
    const before = (await this.system.readTasks()).find(({ id }) => id === taskId);
    if (before === undefined) return;
    await edit();
    const after = (await this.system.readTasks()).find(({ id }) => id === taskId);
    const people = this.taskPeople.get(taskId) ?? new LastValues();
    this.taskPeople.set(taskId, people);
    if (after !== undefined) people.note(fieldsOfTask(before), fieldsOfTask(after), this.scheduler.githubTime());
    this.editedLinks.push(...(await this.system.readLinks()).filter((link) => link.taskId === taskId));
  }

  /** Watches an operation: if it ends with an error, `collectDefects` reports the error as a defect. */
  watch(operation: Operation): void {
    this.#watched.push(operation);
  }

  collectDefects(): void {
    for (const { name, error } of this.#watched)
      if (error !== undefined) this.defects.push({ check: 'work failed', detail: `${name}: ${describe(error)}` });
    this.#watched = this.#watched.filter(({ ended, crashed }) => !ended && !crashed);
  }

  setTokenRevoked(revoked: boolean): void {
    const { state } = this.github.fake;
    if (revoked) state.revokeToken(this.token);
    else state.addToken({ login: BOT, scopes, token: this.token });
    if (revoked) this.needsTest = true;
  }

  #checkConcurrentWrites(request: Pick<ParkedRequest, 'method' | 'url' | 'body'>): void {
    const { method, url } = request;
    const other = this.scheduler.requests.find(isWrite);
    if (!isWrite(request) || other === undefined) return;
    const detail = `${method} ${url.pathname} was sent while ${other.method} ${other.url.pathname} was not answered.`;
    this.defects.push({ check: 'concurrent writes', detail });
  }

  async #checkFrozenWrites(): Promise<void> {
    for (const detail of await this.system.readFrozenWrites())
      this.defects.push({ check: 'frozen field written', detail });
  }

  async #watchWrite(request: ParkedRequest, carryOut: () => Promise<UndiciResponse>): Promise<UndiciResponse> {
    const { method, url, operation } = request;
    const issue = this.#addressed(url.pathname);
    const before = issue && fieldsOfIssue(issue);
    const response = await carryOut();
    for (const { current } of this.repositories) {
      for (const made of current.issues.values())
        if (this.threadOf(made.id) === undefined) this.addThread(made).ours = true;
    }
    this.github.writes.push({ method, path: url.pathname, issueId: issue?.id ?? null, operation: operation.name });
    if (issue === undefined || before === undefined) return response;
    const thread = this.threadOf(issue.id);
    const after = fieldsOfIssue(issue);
    for (const field of scalars) {
      const value = before[field];
      if (value !== after[field] && thread?.people.scalars.get(field) === value)
        thread.overwritten.push({ field, value, issueId: issue.id });
    }
    // Another issue got the address while the request was on its way. GitHub has no requests by id, so no client can prevent this.
    if (request.sentTo !== issue.id) return response;
    const linked = new Set((await this.system.readLinks()).map(({ externalId }) => externalId));
    if (response.ok && thread?.ours !== true && ![...(thread?.ids ?? [])].some((id) => linked.has(id))) {
      const detail = `${operation.name} sent ${method} ${url.pathname}, and no task is linked to that issue.`;
      this.defects.push({ check: 'foreign issue written', detail });
    }
    return response;
  }

  #addressed(path: string): Issue | undefined {
    const [, name, number] = /^\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)/.exec(path) ?? [];
    const [, id, there] = /^\/repositories\/(\d+)\/issues\/(\d+)/.exec(path) ?? [];
    const slot = this.repositories.find(({ current }) => fullName(current) === name || String(current.id) === id);
    return slot?.current.issues.get(Number(number ?? there));
  }
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

function requestOf(
  input: Parameters<typeof undiciFetch>[0],
  init: Parameters<typeof undiciFetch>[1],
): Pick<ParkedRequest, 'method' | 'url' | 'headers' | 'body'> {
  const body = init?.body ?? null;
  if (body !== null && !(body instanceof Uint8Array)) throw new Error('The body of a request is not a byte array.');
  return {
    method: init?.method ?? 'GET',
    url: new URL(String(input)),
    headers: init?.headers as Record<string, string>,
    body,
  };
}
