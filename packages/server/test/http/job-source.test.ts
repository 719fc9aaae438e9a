import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { readSource } from '../../src/analyses/source/read-source.ts';
import { startNotifier } from '../../src/background/notify.ts';
import type { RepositoryRow } from '../../src/integrations/repositories/repository-queries.ts';
import { findJob } from '../../src/jobs/job-queries.ts';
import { readJobSource } from '../../src/jobs/job-source-queries.ts';
import { anotherRepository, createAnalysedRepository } from '../analysis/analysed-repository.ts';
import { analysisJob } from '../analysis/report-fixture.ts';
import { waitFor } from '../harness/wait-for.ts';
import { ADMIN_TOKEN, startTestApplication, type TestApplication } from './test-application.ts';

describe('the source of a job', () => {
  let app: TestApplication;
  let repository: RepositoryRow;
  before(async () => {
    app = await startTestApplication({ ROLE: 'api' });
    repository = await anotherRepository(app, 1, 'uploaded');
  });
  after(() => app[Symbol.asyncDispose]());

  const archive = (bytes: number): Buffer => gzipSync(randomBytes(bytes), { level: 0 });
  const waiting = async (): Promise<number> => (await analysisJob(app.db, repository, 'awaiting_source')).id;
  const put = async (id: number, body: Buffer | undefined, contentType = 'application/gzip') => {
    const response = await fetch(`${app.url}/api/v1/jobs/${id}/source`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': contentType }),
      },
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    });
    const answer = (await response.json()) as { status: unknown; code?: string; detail?: string };
    return { status: response.status, body: answer };
  };
  const stored = async (id: number): Promise<Buffer | undefined> => {
    const source = await readJobSource(app.db, id);
    return source === undefined ? undefined : await buffer(Readable.from(source));
  };
  const chunks = async (id: number): Promise<number> => {
    const { count } = await app.db
      .selectFrom('job_source_chunks')
      .innerJoin('job_sources', 'job_sources.id', 'source_id')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('job_id', '=', id)
      .executeTakeFirstOrThrow();
    return count;
  };
  /** Begins an upload and sends only a part of its body, so that it stays under way. */
  const begin = async (id: number, part: Buffer, whole: number): Promise<ClientRequest> => {
    const upload = request(`${app.url}/api/v1/jobs/${id}/source`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        'content-type': 'application/octet-stream',
        'content-length': whole,
      },
    });
    upload.on('error', () => undefined);
    upload.write(part);
    await waitFor('the first piece to be stored', async () => (await chunks(id)) > 0);
    return upload;
  };

  it('is stored piece by piece, byte for byte, and starts the job', async () => {
    for (const [bytes, type] of [
      [10, 'application/x-gtar'],
      [3_500_000, 'application/octet-stream'],
    ] as const) {
      const id = await waiting();
      const body = archive(bytes);
      const answer = await put(id, body, type);
      assert.deepEqual([answer.status, answer.body.status], [200, 'pending']);
      assert.ok((await stored(id))?.equals(body));
      assert.equal((await put(id, body)).body.code, 'job.not_awaiting_source');
    }
  });

  it('is for a job that waits for it alone', async () => {
    for (const status of ['pending', 'running', 'completed', 'failed', 'cancelled'] as const) {
      const { id } = await analysisJob(app.db, repository, status);
      const answer = await put(id, archive(10));
      assert.deepEqual([answer.status, answer.body.code], [409, 'job.not_awaiting_source'], status);
      assert.equal(await stored(id), undefined);
    }
    assert.equal((await put(999_999, archive(10))).status, 404);
  });

  it('must be a gzip, sent as one, and may be sent again when it was not', async () => {
    const id = await waiting();
    const wrong = [
      await put(id, Buffer.from('PK\x03\x04 a zip')),
      await put(id, Buffer.alloc(0)),
      await put(id, archive(10), 'application/json'),
      await put(id, archive(10), 'application/zip'),
    ];
    assert.deepEqual(
      wrong.map(({ status, body }) => [status, body.code]),
      [
        [422, 'source.not_gzip'],
        [422, 'source.not_gzip'],
        [415, 'request.media_type'],
        [415, 'request.media_type'],
      ],
    );
    assert.match(wrong[2]?.body.detail ?? '', /tar\.gz/);
    assert.equal((await findJob(app.db, id))?.status, 'awaiting_source');
    assert.equal((await put(id, archive(10))).status, 200);
  });

  it('refuses an upload whose declared size is too large before it is sent', async () => {
    const id = await waiting();
    const upload = request(`${app.url}/api/v1/jobs/${id}/source`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        'content-type': 'application/gzip',
        'content-length': 300 * 1024 * 1024,
      },
    });
    upload.on('error', () => undefined);
    upload.flushHeaders();
    const [response] = await once(upload, 'response');
    assert.equal(response.statusCode, 413);
    assert.equal(JSON.parse((await buffer(response)).toString()).code, 'source.too_large');
    upload.destroy();
  });

  it('reads an upload that turns out too large to its end, refuses it and keeps nothing', async () => {
    const id = await waiting();
    const body = Readable.from([archive(1_100_000), archive(1_100_000), archive(1_100_000)]);
    await assert.rejects(readSource(app.db, id, body, 2_000_000), { status: 413, code: 'source.too_large' });
    assert.equal(body.readableEnded, true);
    assert.equal(await chunks(id), 0);
    assert.equal((await findJob(app.db, id))?.status, 'awaiting_source');
  });

  it('keeps the job waiting and stores nothing when an upload breaks off', async () => {
    const id = await waiting();
    const body = archive(4_000_000);
    const upload = await begin(id, body.subarray(0, 2_500_000), body.length);
    assert.equal(await stored(id), undefined);
    upload.destroy();
    await waitFor('the pieces to be gone', async () => (await chunks(id)) === 0);
    assert.equal((await findJob(app.db, id))?.status, 'awaiting_source');
    assert.equal((await put(id, body)).status, 200);
    assert.ok((await stored(id))?.equals(body));
  });

  it('replaces an upload that is under way by a newer one', async () => {
    const id = await waiting();
    const [first, second] = [archive(3_000_000), archive(2_000_000)];
    const upload = await begin(id, first.subarray(0, 1_500_000), first.length);
    assert.equal((await put(id, second)).status, 200);
    upload.end(first.subarray(1_500_000));
    const [response] = await once(upload, 'response');
    assert.equal(JSON.parse((await buffer(response)).toString()).code, 'job.not_awaiting_source');
    assert.ok((await stored(id))?.equals(second));
  });

  it('goes when its job is cancelled', async () => {
    const id = await waiting();
    await put(id, archive(10));
    const { body } = await app.ask('POST', `/api/v1/jobs/${id}/cancel`);
    assert.equal(body.status, 'cancelled');
    assert.equal(await stored(id), undefined);
    const other = await waiting();
    assert.equal((await app.ask('POST', `/api/v1/jobs/${other}/cancel`)).body.status, 'cancelled');
  });
});

it('a source that has come wakes the workers', async () => {
  const world = await createAnalysedRepository();
  const notifier = await startNotifier({ ...world, log: pino({ level: 'silent' }) });
  try {
    const woken = Promise.withResolvers<string>();
    const { id } = await analysisJob(world.db, world.repository, 'awaiting_source');
    notifier.subscribe('jobs', (payload) => woken.resolve(payload));
    await readSource(world.db, id, Readable.from([gzipSync('x')]));
    assert.equal(await woken.promise, String(id));
  } finally {
    await notifier.close();
    await world.destroy();
  }
});
