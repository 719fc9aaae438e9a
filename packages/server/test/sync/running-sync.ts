import assert from 'node:assert/strict';
import type { Issue } from '@commandcenter/fake-github';
import { pino } from 'pino';
import type { UpdateIntegrationInput } from '../../src/integrations/integration-bodies.ts';
import { findIntegration, type IntegrationRow } from '../../src/integrations/integration-queries.ts';
import { changeIntegration } from '../../src/integrations/manage.ts';
import { createTask, editTask } from '../../src/sync/commands/edit-task.ts';
import { wantItem } from '../../src/sync/commands/task-to-issue.ts';
import { startPoller } from '../../src/sync/inbound/poller.ts';
import { startRefetchWorker } from '../../src/sync/inbound/refetch-worker.ts';
import { detachLinks } from '../../src/sync/link/detach-links.ts';
import type { LinkRow } from '../../src/sync/link/link-queries.ts';
import { startOutboxWorker } from '../../src/sync/outbound/outbox-worker.ts';
import { startRepositoryChecker } from '../../src/sync/repositories/check-repositories.ts';
import type { Worker } from '../../src/sync/worker-pool.ts';
import { getTask, type TaskObject } from '../../src/tasks/task-object-queries.ts';
import { waitFor } from '../harness/wait-for.ts';
import { person } from './fixtures.ts';
import { createGitHubWorld, type GitHubWorld, REPOSITORY } from './github-world.ts';

type TaskEdit = Parameters<typeof editTask>[1]['fields'];

/** A fake GitHub and all workers of a server, with short functions for what people do on both sides. */
export class RunningSync {
  readonly world: GitHubWorld;
  readonly #workers: readonly Worker[];

  private constructor(world: GitHubWorld, workers: readonly Worker[]) {
    this.world = world;
    this.#workers = workers;
  }

  static async start(...options: Parameters<typeof createGitHubWorld>): Promise<RunningSync> {
    const world = await createGitHubWorld(...options);
    const { deps } = world;
    return new RunningSync(world, [
      startOutboxWorker(deps),
      startRefetchWorker(deps),
      startPoller(deps),
      startRepositoryChecker(deps),
    ]);
  }

  /** Creates a world without workers, for tests that call the workers' code themselves. */
  static async withoutWorkers(...options: Parameters<typeof createGitHubWorld>): Promise<RunningSync> {
    return new RunningSync(await createGitHubWorld(...options), []);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop()));
    const { violations } = this.world.github;
    await this.world.close();
    assert.deepEqual(violations, []);
  }

  get state(): GitHubWorld['github']['state'] {
    return this.world.github.state;
  }

  /** Adds `my-org/<name>` and returns its full name. A repository with a webhook needs `receiveWebhooks` first. */
  addRepository(name: string, { webhook = false, private: isPrivate = false, owner = 'my-org' } = {}): string {
    const collaborators = { 'cc-bot': 'admin', octocat: 'write' } as const;
    this.state.addRepository({ owner, name, private: isPrivate, collaborators });
    if (webhook) this.addWebhook(`${owner}/${name}`);
    return `${owner}/${name}`;
  }

  addWebhook(repository: string): void {
    const [hook] = this.state.hooksOf(REPOSITORY);
    if (hook === undefined) throw new Error('call receiveWebhooks first');
    this.state.addWebhook({ repository, url: hook.url });
  }

  edit(taskId: number, fields: TaskEdit): Promise<unknown> {
    return this.world.database.db.transaction().execute((trx) => editTask(trx, { taskId, fields, actor: person }));
  }

  async createTask(title: string): Promise<number> {
    const projectId = this.world.integration.project_id;
    const { id } = await this.world.database.db
      .transaction()
      .execute((trx) => createTask(trx, { projectId, fields: { title }, actor: person }));
    return id;
  }

  /** Requests an issue for the task. The workers create it, or store why it was refused. */
  async requestIssue(taskId: number, repository: string): Promise<void> {
    const [owner = '', name = ''] = repository.split('/');
    const { database, integration } = this.world;
    const request = { taskId, repository: { owner, name }, actor: person };
    await database.db.transaction().execute((trx) => wantItem(trx, integration, request));
  }

  async task(id: number): Promise<TaskObject> {
    return (await getTask(this.world.database.db, id)) as TaskObject;
  }

  /** Returns the links of the task, including those in the sync state `deleted`. */
  async links(taskId: number): Promise<LinkRow[]> {
    return (await this.world.here.links()).filter(({ task_id }) => task_id === taskId);
  }

  async link(taskId: number): Promise<LinkRow> {
    const [link] = await this.links(taskId);
    if (link === undefined) throw new Error(`task ${taskId} has no link`);
    return link;
  }

  /** Waits until an issue has its task, and returns the task's id. */
  taskOf({ id }: Pick<Issue, 'id'>): Promise<number> {
    return waitFor(`the task of issue ${id}`, async () => {
      const link = (await this.world.here.links()).find(({ external_id }) => external_id === String(id));
      return link?.task_id ?? undefined;
    });
  }

  /** Waits until a link of the task meets the condition, and returns it. */
  linkWhere(taskId: number, what: string, condition: (link: LinkRow) => boolean, limitMs = 30_000): Promise<LinkRow> {
    return waitFor(
      `the link of task ${taskId} to be ${what}`,
      async () => (await this.links(taskId)).find(condition),
      limitMs,
    );
  }

  inError(taskId: number): Promise<LinkRow> {
    return this.linkWhere(taskId, 'in error', ({ sync_state }) => sync_state === 'error');
  }

  /** Waits until the link of the task is in sync and no refetch is planned. */
  inSync(taskId: number, limitMs = 30_000): Promise<LinkRow> {
    return this.linkWhere(
      taskId,
      'in sync',
      ({ sync_state, refetch_at }) => sync_state === 'in_sync' && refetch_at === null,
      limitMs,
    );
  }

  async integration(): Promise<IntegrationRow> {
    const row = await findIntegration(this.world.database.db, this.world.integration.id);
    if (row === undefined) throw new Error('the integration is gone');
    return row;
  }

  /** Changes the integration in the same way as a PATCH request to the API. */
  async change(input: UpdateIntegrationInput): Promise<void> {
    const { database, keys, host } = this.world;
    const log = pino({ level: 'silent' });
    const clock = { now: () => new Date() };
    const dependencies = { db: database.db, keys, fingerprintKey: Buffer.alloc(32, 2), host, clock, log, detachLinks };
    await changeIntegration(dependencies, this.world.integration.id, input, person);
  }

  /** Returns the conflicts of a task, oldest first. */
  async conflicts(taskId: number): Promise<{ field: string; ours: unknown; theirs: unknown; outcome: string }[]> {
    return this.world.database.db
      .selectFrom('sync_conflicts')
      .select(['field', 'ours', 'theirs', 'outcome'])
      .where('task_id', '=', taskId)
      .orderBy('id')
      .execute();
  }

  /** Returns the requests that changed issues under this repository name, as `method path status`. */
  writesTo(repository: string): string[] {
    return this.world.github.requests
      .all()
      .filter(({ method, path }) => method !== 'GET' && path.startsWith(`/repos/${repository}/issues`))
      .map(({ method, path, status }) => `${method} ${path} ${status}`);
  }

  /** Makes the polls of all repositories due now, even of those with a webhook. */
  async pollNow(): Promise<void> {
    const { db } = this.world.database;
    await db
      .updateTable('repository_polls')
      .set({ next_poll_at: new Date(0) })
      .execute();
    await this.world.database.pool.query(`select pg_notify('polls', '')`);
  }
}
