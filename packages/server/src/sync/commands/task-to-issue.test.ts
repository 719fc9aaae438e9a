import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { person } from '../../../test/sync/fixtures.ts';
import { createGitHubWorld, type GitHubWorld, REPOSITORY, repositoryRef } from '../../../test/sync/github-world.ts';
import type { JobRow } from '../../jobs/job.ts';
import { listJobEvents } from '../../jobs/job-event-queries.ts';
import { cancelJob, findJob } from '../../jobs/job-queries.ts';
import { failOverdueJobs } from '../../jobs/overdue-job-queries.ts';
import { detachLinks } from '../link/detach-links.ts';
import { startOutboxWorker } from '../outbound/outbox-worker.ts';
import type { Worker } from '../worker-pool.ts';
import { createTask, deleteTask, editTask } from './edit-task.ts';
import { syncTaskToIssue } from './task-to-issue.ts';

// These tests start no job runner: a job that waits until a task is an issue is ended by the transaction that settles the task's link.
describe('a task that takes longer to become an issue than its caller waits', () => {
  let world: GitHubWorld;
  let worker: Worker | undefined;
  let taskId: number;
  beforeEach(async () => {
    world = await createGitHubWorld();
    taskId = await newTask('Measure it');
  });
  afterEach(async () => {
    await worker?.stop();
    worker = undefined;
    assert.deepEqual(world.github.violations, []);
    await world.close();
  });

  const inTransaction: GitHubWorld['database']['db']['transaction'] = () => world.database.db.transaction();
  const newTask = async (title: string): Promise<number> => {
    const projectId = world.integration.project_id;
    return (await inTransaction().execute((trx) => createTask(trx, { projectId, fields: { title }, actor: person })))
      .id;
  };
  const request = async (repository = repositoryRef): Promise<number> => {
    const { id: integrationId } = world.integration;
    const started = await syncTaskToIssue(world.deps, { integrationId, taskId, repository, actor: person, waitMs: 0 });
    assert.ok('job_id' in started);
    return started.job_id;
  };
  const startOutbox = (): void => {
    worker = startOutboxWorker(world.deps);
  };
  const ended = (id: number): Promise<JobRow> =>
    waitFor(`the end of job ${id}`, async () => {
      const job = await findJob(world.database.db, id);
      return job?.completed_at !== null && job;
    });
  const issues = () => world.github.state.issues(REPOSITORY);

  it('is followed by a job that ends with the create', async () => {
    const id = await request();
    const waiting = await findJob(world.database.db, id);
    assert.equal(waiting?.status, 'pending');
    assert.match(waiting?.current_step ?? '', /^Waiting for the provider/);
    assert.equal(await request(), id);
    startOutbox();
    const { status, progress, result, error, current_step, started_at } = await ended(id);
    assert.deepEqual([status, progress, error, current_step], ['completed', 100, null, null]);
    assert.deepEqual(result, { issue_number: 1, url: `https://github.com/${REPOSITORY}/issues/1`, action: 'created' });
    assert.ok(started_at);
    const events = await listJobEvents(world.database.db, id, 0, 10);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['completed'],
    );
  });

  it('is followed by a job that ends when the issue is brought up to date', async () => {
    const first = await request();
    startOutbox();
    await ended(first);
    await worker?.stop();
    await inTransaction().execute((trx) => editTask(trx, { taskId, fields: { title: 'Changed' }, actor: person }));
    const second = await request();
    startOutbox();
    assert.equal(((await ended(second)).result as { action: string }).action, 'updated');
    assert.equal(issues()[0]?.title, 'Changed');
  });

  it('goes on becoming an issue when its job is cancelled, which ends at once and says so', async () => {
    const id = await request();
    const cancelled = await inTransaction().execute((trx) => cancelJob(trx, id));
    assert.equal(cancelled?.status, 'cancelled');
    assert.equal(cancelled?.error, null);
    assert.match((cancelled?.result as { detail: string } | undefined)?.detail ?? '', /The task is still being sent/);
    startOutbox();
    await waitFor('the issue', () => issues().length === 1);
    await world.atRest();
    assert.equal((await findJob(world.database.db, id))?.status, 'cancelled');
    assert.equal((await world.task()).links[0]?.sync_state, 'in_sync');
  });

  it('fails its job with the reason and the remedy when the repository refuses it', async () => {
    world.github.state.archiveRepository({ repository: REPOSITORY });
    const id = await request();
    startOutbox();
    const { status, error } = await ended(id);
    const { code, class: errorClass, detail, remedy } = error as Record<string, string>;
    assert.deepEqual([status, code, errorClass], ['failed', 'sync.refused', 'permission']);
    assert.match(detail ?? '', /archived/);
    assert.match(remedy ?? '', /Unarchive/);
  });

  it('loses its link when there is no such repository, and its job says so', async () => {
    const id = await request({ owner: 'my-org', name: 'nowhere' });
    startOutbox();
    const { status, error } = await ended(id);
    assert.deepEqual([status, (error as { class: string }).class], ['failed', 'not_found']);
    assert.deepEqual(await world.here.links(), []);
  });

  it('ends its job when the task or the integration is deleted', async () => {
    const first = await request();
    await inTransaction().execute((trx) => deleteTask(trx, { taskId }));
    assert.equal(((await ended(first)).error as { code: string }).code, 'sync.link_gone');
    taskId = await newTask('Another');
    const second = await request();
    await inTransaction().execute((trx) => detachLinks(trx, world.integration.id));
    assert.equal(((await ended(second)).error as { code: string }).code, 'sync.link_gone');
  });

  it('is followed for half an hour', async () => {
    const id = await request();
    const { give_up_at, created_at } = (await findJob(world.database.db, id)) as JobRow;
    assert.equal((give_up_at as Date).getTime() - created_at.getTime(), 30 * 60_000);
    await failOverdueJobs(world.database.db);
    assert.equal((await findJob(world.database.db, id))?.status, 'pending');
    await world.database.db
      .updateTable('jobs')
      .set({ give_up_at: new Date(0) })
      .where('id', '=', id)
      .execute();
    await failOverdueJobs(world.database.db);
    const { status, error } = await ended(id);
    assert.deepEqual([status, (error as { code: string }).code], ['failed', 'sync.still_waiting']);
    startOutbox();
    await waitFor('the issue, which is made all the same', () => issues().length === 1);
  });
});
