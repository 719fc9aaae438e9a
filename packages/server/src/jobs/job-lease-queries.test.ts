import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Type from 'typebox';
import { createTestDatabase, type TestDatabase } from '../../test/harness/test-database.ts';
import { systemActor } from '../accounts/actor.ts';
import { createProject } from '../accounts/projects/project-queries.ts';
import { claimJob } from './claim-job-queries.ts';
import { JobLeaseLostError, writeJobCheckpoint } from './job-lease-queries.ts';
import { createJob, findJob } from './job-queries.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.destroy());

test('a transaction that ends with the checkpoint of a worker whose job another one has is taken back', async () => {
  const { db } = database;
  const project = await db.transaction().execute((trx) => createProject(trx, { name: 'P', ownerId: null }));
  const definition = { type: 'any', parameters: Type.Unknown() };
  const wanted = { project_id: project.id, definition, parameters: {}, actor: systemActor };
  const { job } = await db.transaction().execute((trx) => createJob(trx, wanted));
  const claim = { types: ['any'], laneLimit: 1, exceptLanes: [], exceptProjects: [] };
  await claimJob(db, { ...claim, owner: 'first', leaseMs: 1 });
  await db
    .updateTable('jobs')
    .set({ lease_until: new Date(0) })
    .where('id', '=', job.id)
    .execute();
  await claimJob(db, { ...claim, owner: 'second', leaseMs: 60_000 });
  const step = (owner: string, slug: string) =>
    db.transaction().execute(async (trx) => {
      await trx.insertInto('projects').values({ name: slug, slug }).execute();
      await writeJobCheckpoint(trx, { jobId: job.id, owner }, { by: owner });
    });
  await assert.rejects(step('first', 'lost'), JobLeaseLostError);
  await step('second', 'kept');
  const slugs = await db.selectFrom('projects').select('slug').where('slug', 'in', ['lost', 'kept']).execute();
  assert.deepEqual(slugs, [{ slug: 'kept' }]);
  assert.deepEqual((await findJob(db, job.id))?.checkpoint, { by: 'second' });
});
