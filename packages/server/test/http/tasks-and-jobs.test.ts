import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { waitFor } from '../harness/wait-for.ts';
import { ADMIN_TOKEN, startTestApplication, type TestApplication } from './test-application.ts';

describe('a task over HTTP', () => {
  let app: TestApplication;
  let path: string;
  before(async () => {
    app = await startTestApplication();
    const { body, headers } = await app.ask('POST', '/api/v1/tasks', {
      body: { project_id: 1, title: 'A task', labels: ['one', 'two'] },
    });
    path = `/api/v1/tasks/${body.id}`;
    assert.equal(headers.get('location'), path);
  });
  after(() => app[Symbol.asyncDispose]());
  const patch = (body: object, ifMatch?: string) =>
    app.ask('PATCH', path, { body, headers: ifMatch === undefined ? {} : { 'if-match': ifMatch } });

  it('has its version as ETag, and is not sent again to who has it', async () => {
    const { headers } = await app.ask('GET', path);
    assert.equal(headers.get('etag'), '"1"');
    assert.equal((await app.ask('GET', path, { headers: { 'if-none-match': '"1"' } })).status, 304);
    assert.equal((await app.ask('GET', path, { headers: { 'if-none-match': '"7"' } })).status, 200);
  });

  it('is changed by who has seen its version, and refuses who has not', async () => {
    assert.equal((await patch({ title: 'Changed' }, '"1"')).body.version, 2);
    const { status, body } = await patch({ title: 'Lost' }, '"1"');
    assert.deepEqual([status, body.current_version], [412, 2]);
    for (const tag of ['W/"2"', '"9", "3"', '*']) {
      assert.equal((await patch({ title: `By ${tag}` }, tag)).status, 200, tag);
    }
    assert.equal((await patch({ title: 'x' }, 'nonsense')).status, 422);
    assert.equal((await app.ask('DELETE', path, { headers: { 'if-match': '"1"' } })).status, 412);
  });

  it('has its list replaced by a list, and keeps what a change does not name', async () => {
    const { body } = await patch({ labels: ['three'] });
    assert.deepEqual([body.labels, body.priority], [['three'], 'medium']);
  });

  it('needs something to change', async () => {
    assert.equal((await patch({})).status, 422);
  });

  it('tells who changed what', async () => {
    await patch({ status: 'done' });
    const { body } = await app.ask('GET', `${path}/history?limit=1`);
    assert.deepEqual(body.items?.[0]?.changes, [{ field: 'status', from: 'todo', to: 'done' }]);
    assert.equal(body.items?.[0]?.actor?.name, 'COMMANDCENTER_ADMIN_TOKEN');
    assert.equal(typeof body.next_cursor, 'string');
  });

  it('is found by each filter', async () => {
    for (const query of ['status=done', 'label=THREE', 'q=by', 'linked=false', 'priority=medium', 'project_id=1']) {
      assert.equal((await app.ask('GET', `/api/v1/tasks?${query}`)).body.items?.length, 1, query);
    }
    for (const query of ['status=todo', 'label=one', 'linked=true', 'sync_state=error', 'assignee=nobody', 'q=%25']) {
      assert.equal((await app.ask('GET', `/api/v1/tasks?${query}`)).body.items?.length, 0, query);
    }
  });

  it('is gone once it is deleted', async () => {
    assert.equal((await app.ask('DELETE', path)).status, 204);
    assert.equal((await app.ask('GET', path)).status, 404);
    assert.equal((await app.ask('DELETE', path)).status, 404);
  });
});

describe('a job over HTTP', () => {
  let app: TestApplication;
  before(async () => {
    // Start no worker, so that jobs stay as they were created.
    app = await startTestApplication({ ROLE: 'api' });
  });
  after(() => app[Symbol.asyncDispose]());
  const ask = (parameters: object) =>
    app.ask('POST', '/api/v1/jobs', {
      body: { project_id: 1, job_type: 'repository_analysis', parameters },
    });
  const repository = { owner: 'my-org', name: 'backend' };

  it('registers the repository that it names, and is the same job for the same request', async () => {
    const first = await ask({ repository });
    assert.equal(first.status, 201);
    assert.deepEqual([first.body.status, first.body.parameters?.depth], ['pending', 'standard']);
    const repositories = await app.ask('GET', '/api/v1/repositories?name=backend');
    const id = repositories.body.items?.[0]?.id;
    const again = await ask({ repository_id: id, depth: 'standard' });
    assert.deepEqual([again.status, again.body.id], [200, first.body.id]);
    const fresh = await ask({ repository, fresh: true });
    assert.equal(fresh.status, 201);
    assert.notEqual(fresh.body.id, first.body.id);
    assert.equal((await ask({ repository, depth: 'quick' })).status, 201);
  });

  it('says what is wrong with its parameters', async () => {
    const pointers = async (parameters: object): Promise<unknown> => {
      const { status, body } = await ask(parameters);
      return [status, body.errors?.[0]?.pointer];
    };
    assert.deepEqual(await pointers({ repository, depth: 'deep' }), [422, '/parameters/depth']);
    assert.deepEqual(await pointers({}), [422, '/parameters/repository']);
    assert.deepEqual(await pointers({ repository, repository_id: 1 }), [422, '/parameters/repository']);
    assert.deepEqual(await pointers({ repository_id: 999_999 }), [404, '/parameters/repository_id']);
    assert.deepEqual(await pointers({ repository, commit_sha: 'main' }), [422, '/parameters/commit_sha']);
    assert.deepEqual(await pointers({ repository: { owner: '..', name: 'x' } }), [422, '/parameters/repository/owner']);
  });

  it('takes a dispatch, which changes nothing', async () => {
    const { body } = await ask({ repository: { owner: 'my-org', name: 'dispatched' } });
    const dispatched = await app.ask('POST', `/api/v1/jobs/${body.id}/dispatch`);
    assert.deepEqual([dispatched.status, dispatched.body], [200, body]);
  });

  it('streams what happens to it, to its end, and goes on where a follower left off', async () => {
    const { body: job } = await ask({ repository: { owner: 'my-org', name: 'followed' } });
    const path = `${app.url}/api/v1/jobs/${job.id}/events`;
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const stream = await fetch(path, { headers });
    assert.equal(stream.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    const reading = stream.text();
    assert.equal((await app.ask('POST', `/api/v1/jobs/${job.id}/cancel`)).body.status, 'cancelled');
    const text = await reading;
    const id = /id: (\d+)\nevent: cancelled\ndata: \{\}\n\n/.exec(text)?.[1];
    assert.ok(id !== undefined, text);
    assert.equal((await fetch(path, { headers: { ...headers, 'last-event-id': id } })).status, 204);
    assert.match(await (await fetch(path, { headers: { ...headers, 'last-event-id': '0' } })).text(), /cancelled/);
    assert.equal((await fetch(path, { headers: { ...headers, 'last-event-id': 'x' } })).status, 422);
  });

  it('is cancelled once, and not after its end', async () => {
    const { body: job } = await ask({ repository: { owner: 'my-org', name: 'cancelled' } });
    const cancel = () => app.ask('POST', `/api/v1/jobs/${job.id}/cancel`);
    assert.equal((await cancel()).status, 200);
    assert.equal((await cancel()).status, 200);
    await app.db
      .updateTable('jobs')
      .set({ status: 'completed' })
      .where('id', '=', job.id as unknown as number)
      .execute();
    assert.deepEqual([(await cancel()).status, (await cancel()).body.code], [409, 'job.finished']);
  });

  it('ends its streams when the server stops', async () => {
    await using other = await startTestApplication({ ROLE: 'api' });
    const { body } = await other.ask('POST', '/api/v1/jobs', {
      body: { project_id: 1, job_type: 'repository_analysis', parameters: { repository } },
    });
    const stream = await fetch(`${other.url}/api/v1/jobs/${body.id}/events`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    const text = stream.text();
    await other.application.close();
    assert.match(await text, /^retry/);
    await waitFor('the server to be gone', () =>
      fetch(`${other.url}/livez`).then(
        () => false,
        () => true,
      ),
    );
  });
});
