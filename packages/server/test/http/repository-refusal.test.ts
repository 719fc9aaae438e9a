import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { setRefusal } from '../../src/integrations/repositories/repository-check-queries.ts';
import { startTestApplication, type TestApplication } from './test-application.ts';

let app: TestApplication;
before(async () => {
  app = await startTestApplication();
});
after(() => app[Symbol.asyncDispose]());

it('shows why the requests of a repository are refused and what helps', async () => {
  const { body } = await app.ask('POST', '/api/v1/repositories', {
    body: { project_id: 1, owner: 'my-org', name: 'archived' },
  });
  assert.equal(body.refusal, null);
  const refusal = {
    scope: 'writes',
    class: 'permission',
    message: 'Repository was archived so is read-only.',
    remedy: 'Unarchive the repository.',
    since: '2026-01-31T12:00:00.000Z',
  } as const;
  const { db } = app;
  await db.transaction().execute((trx) => setRefusal(trx, Number(body.id), refusal, { delayMs: null, attempts: 0 }));
  assert.deepEqual((await app.ask('GET', `/api/v1/repositories/${body.id}`)).body.refusal, refusal);
  const listed = await app.ask('GET', '/api/v1/repositories?name=archived');
  assert.deepEqual(listed.body.items?.[0]?.refusal, refusal);
});
