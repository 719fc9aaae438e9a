import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { sql } from 'kysely';
import type { Json } from './ask.ts';
import { startTestApplication, type TestApplication } from './test-application.ts';

describe('the search of tasks', () => {
  let app: TestApplication;

  before(async () => {
    app = await startTestApplication({ ROLE: 'api' });
  });
  after(() => app[Symbol.asyncDispose]());
  beforeEach(() => app.db.deleteFrom('tasks').execute());

  const add = (title: string, description = '') =>
    app.db.insertInto('tasks').values({ project_id: 1, title, description }).execute();
  /** Adds tasks that do not contain any of the searched words. */
  const addOthers = (count: number) =>
    sql`insert into tasks (project_id, title, description)
        select 1, 'Other ' || n, 'Some text' from generate_series(1, ${count}::int) n`.execute(app.db);
  const page = async (q: string, limit: number, cursor?: unknown): Promise<Json> => {
    const next = cursor === undefined ? '' : `&cursor=${cursor}`;
    const { status, body } = await app.ask('GET', `/api/v1/tasks?q=${encodeURIComponent(q)}&limit=${limit}${next}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const titles = ({ items }: Json): unknown[] => (items as unknown as Json[]).map(({ title }) => title);
  /** Returns the titles of the found tasks, one list for each page. */
  const pages = async (q: string, limit = 50): Promise<unknown[][]> => {
    const found: unknown[][] = [];
    let cursor: unknown;
    do {
      const body = await page(q, limit, cursor);
      found.push(titles(body));
      cursor = body.next_cursor ?? undefined;
    } while (cursor !== undefined);
    return found;
  };

  it('shows tasks with the text in their title first, then those with it in their description', async () => {
    await add('First needle');
    await add('Hay', 'a NEEDLE in it');
    await add('Needle twice', 'needle');
    await add('Grass', 'needles');
    await add('Nothing');
    const expected = ['Needle twice', 'First needle', 'Grass', 'Hay'];
    assert.deepEqual(await pages('needle'), [expected]);
    for (const limit of [1, 2, 3]) assert.deepEqual((await pages('needle', limit)).flat(), expected, `by ${limit}`);
  });

  it('takes the text literally, and also one that is too short for the index', async () => {
    await add('100% of it');
    await add('1000 of it', 'a_b');
    await add('Another', 'aXb');
    assert.deepEqual(await pages('100%'), [['100% of it']]);
    assert.deepEqual(await pages('a_b'), [['1000 of it']]);
    assert.deepEqual(await pages('0%'), [['100% of it']]);
    assert.deepEqual(await pages('xb'), [['Another']]);
    assert.deepEqual(await pages('of'), [['1000 of it', '100% of it']]);
  });

  it('is narrowed by the other filters', async () => {
    const { body: project } = await app.ask('POST', '/api/v1/projects', { body: { name: 'Another' } });
    await add('Needle of the first');
    await app.db
      .insertInto('tasks')
      .values({ project_id: Number(project.id), title: 'Needle of another' })
      .execute();
    await app.db.updateTable('tasks').set({ status: 'done' }).where('project_id', '=', 1).execute();
    for (const [filter, expected] of [
      ['status=done', 'Needle of the first'],
      [`project_id=${project.id}`, 'Needle of another'],
    ] as const) {
      assert.deepEqual(titles((await app.ask('GET', `/api/v1/tasks?q=needle&${filter}`)).body), [expected]);
    }
  });

  it('looks through a bounded number of descriptions for each page, and through all of them in the end', async () => {
    await add('The oldest', 'the needle');
    await addOthers(10_500);
    await add('A needle');
    const [first, ...more] = await pages('needle');
    assert.deepEqual(first, ['A needle']);
    assert.ok(more.length > 0);
    assert.deepEqual(more.flat(), ['The oldest']);
  });

  it('finds an old title at once, however many tasks there are', async () => {
    await add('The oldest needle');
    await addOthers(20_000);
    assert.deepEqual(titles(await page('needle', 50)), ['The oldest needle']);
  });

  it('finds the same without the index, in more pages', async () => {
    await add('The oldest needle');
    await addOthers(10_500);
    await add('Hay', 'a needle');
    await sql`drop index tasks_title_trigrams`.execute(app.db);
    const found = await pages('needle');
    assert.ok(found.length > 1);
    assert.deepEqual(found.flat(), ['Hay', 'The oldest needle']);
  });
});

describe('the search of deliveries', () => {
  it('looks through a bounded number for each page, and through all of them in the end', async () => {
    await using app = await startTestApplication({ ROLE: 'api' });
    await sql`insert into deliveries (integration_type, event, delivery_guid, status, title)
              select 'github', 'issues', 'guid ' || n, 'processed', case when n in (1, 100000) then 'A needle' else 'Hay' end
              from generate_series(1, 100100) n`.execute(app.db);
    const found: unknown[][] = [];
    let cursor: unknown = '';
    do {
      const query = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await app.ask('GET', `/api/v1/deliveries?q=NEEDLE&event=issues${query}`);
      found.push((body.items as unknown as Json[]).map(({ delivery_guid }) => delivery_guid));
      cursor = body.next_cursor;
    } while (cursor !== null);
    assert.ok(found.length > 1);
    assert.deepEqual(found.flat(), ['guid 100000', 'guid 1']);
    assert.deepEqual(found[0], ['guid 100000']);
  });
});
