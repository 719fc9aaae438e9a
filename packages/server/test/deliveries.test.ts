import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { systemActor } from '../src/accounts/actor.ts';
import type { Loop } from '../src/background/loop.ts';
import { openDatabase } from '../src/database/database.ts';
import { parseDatabaseUrl } from '../src/database/database-url.ts';
import { resume } from '../src/integrations/integration-work-queries.ts';
import { createApplyChanges } from '../src/sync/inbound/apply-changes.ts';
import type { ApplyChanges } from '../src/sync/inbound/incoming-change.ts';
import { replayDelivery } from '../src/webhooks/deliveries/replay.ts';
import { type DeliveryWorkerDependencies, startDeliveryWorker } from '../src/webhooks/deliveries/worker.ts';
import { forwardTo } from './harness/tcp-forwarder.ts';
import { waitFor } from './harness/wait-for.ts';
import { createWebhookFixture, issueBody, silent, type WebhookFixture } from './webhooks/webhook-fixture.ts';

describe('received deliveries', () => {
  let f: WebhookFixture;
  let integrationId: number;
  let applyChanges: ApplyChanges;
  const workers: Loop[] = [];

  before(async () => {
    f = await createWebhookFixture();
    applyChanges = createApplyChanges({ markerKey: randomBytes(32) });
  });
  after(() => f.close());
  beforeEach(async (t) => {
    await f.db.deleteFrom('integrations').execute();
    await f.db.deleteFrom('deliveries').execute();
    await f.db.deleteFrom('tasks').execute();
    await f.db.deleteFrom('links').execute();
    f.ingest = f.newIngest();
    integrationId = await f.addIntegration({ secret: 'secret' });
    if ('after' in t) t.after(() => stopWorkers());
  });

  const startWorker = (overrides: Partial<DeliveryWorkerDependencies> = {}): void => {
    workers.push(
      startDeliveryWorker({
        db: f.db,
        host: f.host,
        applyChanges,
        notifier: f.notifier,
        log: silent,
        pauseScale: 0.002,
        ...overrides,
      }),
    );
  };
  const stopWorkers = async (): Promise<void> => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  };
  const drained = async (): Promise<Awaited<ReturnType<typeof f.deliveries>>> => {
    const done = await waitFor('all deliveries to be worked off', async () => {
      const all = await f.deliveries();
      return all.every(({ status }) => status !== 'received') && all;
    });
    await stopWorkers();
    return done;
  };

  it('end failed where they hold a number or a time that cannot be stored, in words, and are kept', async () => {
    const cases: [issue: string, reason: RegExp][] = [
      ['"number": 1e30', /has the number 1e\+30, which is no whole number from 1 to 2,147,483,647/],
      ['"number": 1e999', /has the number Infinity, which is no whole number/],
      ['"number": 2147483648', /has the number 2147483648, which is no whole number/],
      ['"number": 0.5', /has the number 0\.5, which is no whole number/],
      ['"number": -1', /has the number -1, which is no whole number/],
      ['"number": 1, "updated_at": "+275760-09-13T00:00:00Z"', /which is not a time/],
    ];
    for (const [issue] of cases) {
      const body = `{"action": "opened", "issue": {"id": 1, "title": "T", ${issue}}, "repository": {"full_name": "o/r"}}`;
      assert.equal((await f.send({ body })).status, 202);
    }
    await f.send({ body: issueBody({ id: 2, number: 2 }) });
    startWorker();
    const done = await drained();
    for (const [place, [issue, reason]] of cases.entries()) {
      const { id, status, reason: said } = done[place] ?? assert.fail();
      assert.equal(status, 'failed', issue);
      assert.match(said ?? '', reason);
      assert.match(said ?? '', /\. The delivery is kept, and can be replayed\.$/);
      const options = { dryRun: false, actor: systemActor };
      const replay = await replayDelivery({ db: f.db, host: f.host, applyChanges }, id, options);
      assert.equal(replay.status, 'failed');
      assert.match(replay.reason ?? '', reason);
    }
    assert.equal(done.at(-1)?.status, 'processed', 'those beside them are not held up');
  });

  it('become tasks, with their outcome, reason and what people search by written to them', async () => {
    startWorker();
    await f.send({ body: issueBody({ id: 10, number: 4, title: 'Find the cause' }) });
    const [delivery] = await drained();
    const task = await f.db.selectFrom('tasks').selectAll().executeTakeFirstOrThrow();
    assert.equal(task.title, 'Find the cause');
    assert.equal(delivery?.status, 'processed');
    assert.equal(delivery?.attempts, 1);
    assert.deepEqual(delivery?.effects, [
      {
        kind: 'task_created',
        link_id: (await f.db.selectFrom('links').select('id').executeTakeFirstOrThrow()).id,
        task_id: task.id,
      },
    ]);
    assert.equal(delivery?.reason, `Task ${task.id} created.`);
    assert.deepEqual(
      [delivery?.action, delivery?.repository, delivery?.item_number, delivery?.title, delivery?.sender],
      ['opened', 'octo/hello', 4, 'Find the cause', 'ada'],
    );
    assert.ok(delivery?.processed_at instanceof Date);
  });

  it('ends in the newest state once, whatever the order and number of deliveries', async () => {
    const times = Array.from({ length: 60 }, (_, n) => ({ issue: (n % 6) + 1, edit: Math.floor(n / 6) }));
    times.sort((a, b) => ((a.edit * 7 + a.issue) % 11) - ((b.edit * 7 + b.issue) % 11));
    for (const { issue, edit } of times) {
      await f.send({
        body: issueBody({ id: issue, number: issue, title: `edit ${edit}`, updated_at: `2026-01-02T00:00:0${edit}Z` }),
      });
    }
    startWorker();
    startWorker();
    await drained();
    const tasks = await f.db.selectFrom('tasks').selectAll().execute();
    assert.deepEqual(
      tasks.map(({ title }) => title),
      Array.from({ length: 6 }, () => 'edit 9'),
    );
  });

  it('fails unusable deliveries with the reason and processes the others', async () => {
    const bodies: [string, string][] = [
      [issueBody({ id: 1 }), 'processed'],
      ['{}', 'failed'],
      ['[1,2]', 'failed'],
      ['null', 'failed'],
      [issueBody({ id: 2, updated_at: 'yesterday' }), 'failed'],
      [issueBody({ id: 3 }).replace('"opened"', '"pinned"'), 'ignored'],
      [issueBody({ id: 4 }), 'processed'],
    ];
    for (const [body] of bodies) await f.send({ body });
    startWorker();
    const deliveries = await drained();
    assert.deepEqual(
      deliveries.map(({ status }) => status),
      bodies.map(([, status]) => status),
    );
    for (const { status, reason, attempts } of deliveries) {
      assert.ok(reason);
      if (status === 'failed') assert.equal(attempts, 1, 'another attempt cannot help');
    }
    assert.match(deliveries[1]?.reason ?? '', /no issue or no repository/);
    assert.match(deliveries[2]?.reason ?? '', /not a JSON object/);
    assert.equal((await f.db.selectFrom('tasks').selectAll().execute()).length, 2);
  });

  it('does not give up deliveries that wait for a lock of another session', async () => {
    const holder = await f.openClient('test');
    const hasty = openDatabase({ url: f.url, log: silent, lockTimeoutMs: 50 });
    await holder.query('begin; lock table links in access exclusive mode');
    await f.send({});
    startWorker({ db: hasty.db });
    // Expect at least four attempts: a delivery is attempted fewer times if its handler throws, while waiting for a lock must not count
    // as such a failure.
    await waitFor('more attempts than a fault gets', async () => ((await f.deliveries())[0]?.attempts ?? 0) >= 4);
    await holder.query('rollback');
    const [delivery] = await drained();
    assert.equal(delivery?.status, 'processed');
    await holder.end();
    await hasty.close();
  });

  it('counts no attempt when the connection to the database is lost', async () => {
    const [{ host = '', database = '', user = '' }] = parseDatabaseUrl(f.url).hosts;
    await using network = await forwardTo(join(host, '.s.PGSQL.5432'));
    const url = `postgresql://${user}@127.0.0.1:${network.port}/${database}`;
    const remote = openDatabase({ url, log: silent });
    const holder = await f.openClient('test');
    await holder.query('begin; lock table links in access exclusive mode');
    await f.send({});
    startWorker({ db: remote.db });
    await waitFor('the worker to be in the middle of it', async () => {
      const { rows } = await holder.query(`select from pg_locks where relation = 'links'::regclass and not granted`);
      return rows.length > 0;
    });
    network.become('cut');
    network.become('open');
    await holder.query('rollback');
    const [delivery] = await drained();
    assert.deepEqual([delivery?.status, delivery?.attempts], ['processed', 1]);
    await holder.end();
    await remote.close();
  });

  it('are read by their integration while the batch before them is applied, and applied one batch after another', async () => {
    const applied: number[] = [];
    let running = 0;
    const slow: ApplyChanges = async (trx, batch) => {
      running += 1;
      assert.equal(running, 1);
      for (const { change } of batch) if (change.kind === 'item') applied.push(Number(change.item.externalId));
      if (applied.length === 1) {
        await waitFor('the second delivery to be claimed', async () => {
          const { rows } = await f.pool.query(
            "select from deliveries where status = 'received' order by id limit 2 for update skip locked",
          );
          return rows.length === 1;
        });
      }
      const effects = await applyChanges(trx, batch);
      running -= 1;
      return effects;
    };
    for (let n = 1; n <= 3; n += 1) await f.send({ body: issueBody({ id: n }) });
    startWorker({ applyChanges: slow, batchSize: 1 });
    const deliveries = await drained();
    assert.deepEqual(
      deliveries.map(({ status }) => status),
      ['processed', 'processed', 'processed'],
    );
    assert.deepEqual(applied, [1, 2, 3]);
  });

  it('stores tasks from texts with NULs and unpaired surrogates', async () => {
    await f.send({ body: issueBody({ id: 1, title: 'nul \0 half \ud800 end' }) });
    await f.send({ body: issueBody({ id: 2, title: 'good' }) });
    startWorker();
    const deliveries = await drained();
    assert.deepEqual(
      deliveries.map(({ status }) => status),
      ['processed', 'processed'],
    );
    const tasks = await f.db.selectFrom('tasks').select('title').orderBy('title').execute();
    assert.deepEqual(
      tasks.map(({ title }) => title),
      ['good', 'nul \uFFFD half \uFFFD end'],
    );
  });

  it('fails only the delivery that the database refuses, after some attempts', async () => {
    const refusing: ApplyChanges = async (trx, batch) => {
      const poisoned = batch.some(({ change }) => change.kind === 'item' && change.item.title === 'poison');
      if (poisoned)
        await trx
          .insertInto('tasks')
          .values({ project_id: f.projectId, title: 'x', status: 'no such status' })
          .execute();
      return await applyChanges(trx, batch);
    };
    for (let n = 1; n <= 30; n += 1) await f.send({ body: issueBody({ id: n, title: n === 17 ? 'poison' : 'good' }) });
    startWorker({ applyChanges: refusing });
    const deliveries = await drained();
    assert.deepEqual(
      deliveries.map(({ status }) => status),
      deliveries.map((_, n) => (n === 16 ? 'failed' : 'processed')),
    );
    assert.ok((deliveries[16]?.attempts ?? 0) > 1);
    assert.match(deliveries[16]?.reason ?? '', /after \d+ attempts; it can be replayed/);
  });

  it('fails only the delivery whose handler throws or never ends, after some attempts', async () => {
    await f.send({ event: 'crash' });
    await f.send({ event: 'hang' });
    await f.send({ body: issueBody({ id: 2 }) });
    startWorker({ handlerTimeoutMs: 20 });
    const deliveries = await drained();
    assert.deepEqual(
      deliveries.map(({ status }) => status),
      ['failed', 'failed', 'processed'],
    );
    assert.match(deliveries[0]?.reason ?? '', /the handler has a fault/);
    assert.match(deliveries[1]?.reason ?? '', /did not end within/);
  });

  it('are not lost or blamed when the database goes away in the middle', async () => {
    let failures = 3;
    const flaky: ApplyChanges = (trx, batch) => {
      failures -= 1;
      if (failures >= 0) throw Object.assign(new Error('gone'), { code: 'ECONNRESET' });
      return applyChanges(trx, batch);
    };
    await f.send({});
    startWorker({ applyChanges: flaky });
    const [delivery] = await drained();
    assert.deepEqual([delivery?.status, delivery?.attempts], ['processed', 1]);
  });

  it('holds deliveries of a disabled integration and processes them when it is enabled', async () => {
    await f.send({ body: issueBody({ id: 1 }) });
    await f.db.updateTable('integrations').set({ enabled: false }).where('id', '=', integrationId).execute();
    await f.send({ body: issueBody({ id: 2 }) });
    startWorker();
    await waitFor('both to be held', async () => (await f.deliveries()).every(({ status }) => status === 'held'));
    assert.equal((await f.db.selectFrom('tasks').selectAll().execute()).length, 0);
    await f.db.transaction().execute(async (trx) => {
      await trx.updateTable('integrations').set({ enabled: true }).where('id', '=', integrationId).execute();
      await resume(trx, integrationId);
    });
    await waitFor('both to be processed', async () =>
      (await f.deliveries()).every(({ status }) => status === 'processed'),
    );
  });

  it('ignores deliveries of a deleted integration', async () => {
    await f.send({});
    await f.db.deleteFrom('integrations').where('id', '=', integrationId).execute();
    startWorker();
    const [delivery] = await drained();
    assert.deepEqual([delivery?.status, delivery?.reason], ['ignored', 'Its integration was deleted.']);
  });

  describe('replayed', () => {
    const replay = (id: number, dryRun = false, with_: ApplyChanges = applyChanges) =>
      replayDelivery({ db: f.db, host: f.host, applyChanges: with_ }, id, { dryRun, actor: systemActor });

    it('are handled once more, which is audited', async () => {
      await f.send({});
      startWorker();
      const [delivery] = await drained();
      await f.db.deleteFrom('links').execute();
      await f.db.deleteFrom('tasks').execute();
      const { status, effects } = await replay(delivery?.id ?? 0);
      assert.deepEqual([status, effects.map(({ kind }) => kind)], ['processed', ['task_created']]);
      assert.equal((await f.db.selectFrom('tasks').selectAll().execute()).length, 1);
      const [stored] = await f.deliveries();
      assert.equal(stored?.attempts, 2);
      const audit = await f.db.selectFrom('audit_log').selectAll().where('action', '=', 'delivery.replay').execute();
      assert.deepEqual(
        audit.map(({ object }) => object),
        [`delivery:${delivery?.id}`],
      );
    });

    it('dry say what would happen and change nothing', async () => {
      await f.send({});
      const [before_] = await f.deliveries();
      const response = await replay(before_?.id ?? 0, true);
      assert.deepEqual(
        [response.dry_run, response.status, response.effects.map(({ kind }) => kind)],
        [true, 'processed', ['task_created']],
      );
      assert.deepEqual(await f.deliveries(), [before_]);
      assert.deepEqual(await f.db.selectFrom('tasks').selectAll().execute(), []);
    });

    it('end failed with the reason when they fail again', async () => {
      await f.send({ body: '{}' });
      const [delivery] = await f.deliveries();
      const response = await replay(delivery?.id ?? 0);
      assert.deepEqual([response.status, response.effects], ['failed', []]);
      assert.match(response.reason ?? '', /no issue or no repository/);
      const [stored] = await f.deliveries();
      assert.equal(stored?.status, 'failed');
    });

    it('are refused where there is nothing to replay: 404, 409, 410', async () => {
      await assert.rejects(replay(999_999), { status: 404 });
      await f.send({ secret: 'other' });
      const [attempt] = await f.deliveries();
      await assert.rejects(replay(attempt?.id ?? 0), { status: 409, code: 'delivery.rejected' });
      await f.send({});
      const [, delivery] = await f.deliveries();
      await f.db.updateTable('integrations').set({ enabled: false }).execute();
      await assert.rejects(replay(delivery?.id ?? 0), { status: 409, code: 'delivery.held' });
      await f.db.deleteFrom('delivery_bodies').execute();
      await assert.rejects(replay(delivery?.id ?? 0), { status: 410 });
      assert.equal((await f.deliveries())[1]?.status, 'received');
    });
  });
});
