import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { createAnalysedRepository } from '../../../test/analysis/analysed-repository.ts';
import { deleteTasks } from '../../tasks/task-queries.ts';
import { claimFindingTasks, lockFindingTasks, markFindingTasks, setFindingTask } from './finding-task-queries.ts';

let world: Awaited<ReturnType<typeof createAnalysedRepository>>;
before(async () => {
  world = await createAnalysedRepository();
});
after(() => world.destroy());

it('a finding has one task, ever: also after the task was deleted, and by whichever analysis came first', async () => {
  const { db, repository } = world;
  const { id: task } = await db
    .insertInto('tasks')
    .values({ project_id: repository.project_id, title: 'Mend it' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const found = ['a', 'b'].map((fingerprint) => ({ fingerprint, rule: 'secrets/key' }));
  const claim = (jobId: number, findings = found) =>
    db.transaction().execute((trx) => claimFindingTasks(trx, repository.id, jobId, findings));

  const claims = await Promise.all([claim(1), claim(2)]);
  assert.deepEqual(claims.flat().sort(), ['a', 'b']);
  await db.transaction().execute((trx) => setFindingTask(trx, repository.id, 'a', task));
  await db.transaction().execute((trx) => markFindingTasks(trx, repository.id, 3, ['b'], 'fixed'));
  await db.transaction().execute((trx) => markFindingTasks(trx, repository.id, 3, ['a'], 'open'));
  await db.transaction().execute((trx) => deleteTasks(trx, [task]));

  assert.deepEqual(await claim(4), []);
  const rows = await db.transaction().execute((trx) => lockFindingTasks(trx, repository.id, ['b']));
  assert.deepEqual(
    rows.map(({ fingerprint, task_id, state }) => [fingerprint, task_id, state]),
    [
      ['a', null, 'open'],
      ['b', null, 'fixed'],
    ],
  );
  assert.equal(rows[0]?.last_seen_job_id, 3);
});
