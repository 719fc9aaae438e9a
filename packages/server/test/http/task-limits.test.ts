import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ADMIN_TOKEN, startTestApplication, type TestApplication } from './test-application.ts';

describe('the length of what a task holds, over HTTP', () => {
  let app: TestApplication;
  before(async () => {
    app = await startTestApplication({ ROLE: 'api' });
  });
  after(() => app[Symbol.asyncDispose]());
  const create = (fields: object) => app.ask('POST', '/api/v1/tasks', { body: { project_id: 1, ...fields } });

  /** Returns JSON in ASCII only, as many JSON writers send it. An emoji then takes twelve bytes. */
  const escaped = (value: unknown): string =>
    JSON.stringify(value).replace(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );

  it('admits the largest task, however it is escaped', async () => {
    const task = {
      project_id: 1,
      title: '🌈'.repeat(256),
      description: '🌈'.repeat(65_536),
      labels: Array.from({ length: 100 }, (_, index) => String(index).padStart(2, '0') + '🌈'.repeat(48)),
      assignees: Array.from({ length: 50 }, (_, index) => String(index).padStart(2, '0') + '🌈'.repeat(98)),
    };
    const response = await fetch(`${app.url}/api/v1/tasks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      body: escaped(task),
    });
    assert.equal(response.status, 201);
    const { description, labels } = (await response.json()) as { description: string; labels: string[] };
    assert.deepEqual([description === task.description, labels], [true, task.labels]);
  });

  it('is refused with the same count that is checked', async () => {
    const { status, body } = await create({
      title: '🌈'.repeat(257),
      description: '🌈'.repeat(65_537),
      labels: ['fine', '🌈'.repeat(51)],
    });
    assert.equal(status, 422);
    assert.deepEqual(body.errors, [
      { pointer: '/title', message: 'must have at most 256 characters; it has 257' },
      { pointer: '/description', message: 'must have at most 65,536 characters; it has 65,537' },
      { pointer: '/labels/1', message: 'must have at most 50 characters; it has 51' },
    ]);
  });

  it('does not keep a task from being edited whose values came from the provider', async () => {
    const { body: made } = await create({ title: 'Short' });
    const path = `/api/v1/tasks/${made.id}`;
    const theirs = {
      title: 't'.repeat(300),
      description: 'd'.repeat(70_000),
      labels: Array.from({ length: 120 }, (_, index) => `${index} ${'l'.repeat(60)}`),
    };
    await app.db
      .updateTable('tasks')
      .set(theirs)
      .where('id', '=', made.id as unknown as number)
      .execute();
    const { body: task } = await app.ask('GET', path);
    const { title, description, assignees, labels, priority, due_date } = task;
    const edited = await app.ask('PATCH', path, {
      body: { title, description, assignees, labels, priority, due_date, status: 'blocked' },
    });
    assert.deepEqual([edited.status, edited.body.status, edited.body.version], [200, 'blocked', 2]);
    const refused = await app.ask('PATCH', path, { body: { title: `${title}!`, status: 'done' } });
    assert.deepEqual(
      [refused.status, refused.body.errors],
      [422, [{ pointer: '/title', message: 'must have at most 256 characters; it has 301' }]],
    );
  });
});
