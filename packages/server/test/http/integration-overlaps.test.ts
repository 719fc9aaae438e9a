import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { recordOverlaps } from '../../src/integrations/repositories/repository-overlap-queries.ts';
import { saveRepositories } from '../../src/integrations/repositories/save-repository-queries.ts';
import type { Json } from './ask.ts';
import { startTestApplication, type TestApplication } from './test-application.ts';

describe('two integrations of one project, over HTTP', () => {
  let app: TestApplication;
  const ids: number[] = [];

  before(async () => {
    app = await startTestApplication({});
    for (const name of ['First', 'Second', 'Third']) {
      const { status, body } = await create(name, `ghp_${name}`);
      assert.equal(status, 201, JSON.stringify(body));
      assert.deepEqual(body.overlaps, []);
      ids.push(body.id as unknown as number);
    }
  });
  after(() => app[Symbol.asyncDispose]());

  const create = (name: string, access_token: string) =>
    app.ask('POST', '/api/v1/integrations', {
      body: { project_id: 1, name, integration_type: 'github', auth_type: 'token', access_token },
    });
  const show = async (id: number | undefined): Promise<Json> => {
    const { status, body } = await app.ask('GET', `/api/v1/integrations/${id}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const noticeOf = async (id: number | undefined): Promise<unknown> => {
    const { status, body } = await app.ask('GET', `/api/v1/integrations/${id}/health`);
    assert.equal(status, 200, JSON.stringify(body));
    return body.notice;
  };

  it('are refused with 409 that names the first, on creation and on change', async () => {
    const created = await create('Again', 'ghp_First');
    assert.deepEqual(
      [created.status, created.body.code, created.body.integration_id],
      [409, 'integration.duplicate', ids[0]],
    );
    assert.match(String(created.body.detail), /^Integration \d+ \("First"\) of this project has the same credential/);
    const changed = await app.ask('PATCH', `/api/v1/integrations/${ids[1]}`, { body: { access_token: 'ghp_First' } });
    assert.deepEqual(
      [changed.status, changed.body.code, changed.body.integration_id],
      [409, 'integration.duplicate', ids[0]],
    );
  });

  it('both show the repositories that they share, and which of them follows those', async () => {
    const [first = 0, second = 0, third = 0] = ids;
    const save = (integration_id: number, names: string[]) =>
      app.db.transaction().execute(async (trx) => {
        const facts = names.map((name) => ({
          project_id: 1,
          integration_id,
          host: 'api.github.com',
          owner: 'acme',
          name,
          externalId: `id-${name}`,
          seen_at: '2026-01-01T00:00:00Z',
          late: false,
        }));
        const { rows } = await saveRepositories(trx, facts);
        return [...rows.values()].map(({ id }) => id);
      });
    const shared = await save(first, ['web', 'api', 'docs', 'site']);
    const [ended = 0] = await save(second, ['ended']);
    const [unfollowed = 0] = await save(second, ['unfollowed']);
    await app.db.updateTable('repositories').set({ integration_id: null }).where('id', '=', unfollowed).execute();
    await app.db
      .transaction()
      .execute((trx) =>
        recordOverlaps(trx, [
          ...shared.map((repository_id) => ({ integration_id: second, repository_id })),
          { integration_id: second, repository_id: ended },
          { integration_id: third, repository_id: unfollowed },
        ]),
      );

    const repositories = ['acme/api', 'acme/docs', 'acme/site', 'acme/web'];
    const ofFirst = [{ integration_id: second, name: 'Second', repositories, followed_by: first }];
    const ofSecond = [{ integration_id: first, name: 'First', repositories, followed_by: first }];
    assert.deepEqual((await show(first)).overlaps, ofFirst);
    assert.deepEqual((await show(second)).overlaps, ofSecond);
    assert.deepEqual((await show(third)).overlaps, []);
    const { body } = await app.ask('GET', '/api/v1/integrations?project_id=1');
    assert.deepEqual(
      (body.items as unknown as Json[]).map(({ overlaps }) => overlaps),
      [ofFirst, ofSecond, []],
    );

    assert.equal(
      await noticeOf(first),
      `This integration and integration ${second} ("Second") of this project see the same repositories: only this integration follows acme/api, acme/docs, acme/site and 1 more, and config.repositories of integration ${second} ("Second") can leave them out.`,
    );
    assert.match(
      String(await noticeOf(second)),
      /: only integration \d+ \("First"\) follows acme\/api, .* and config\.repositories of this integration can leave them out\.$/,
    );
    assert.equal(await noticeOf(third), undefined);
  });

  it('show no overlap any more when the younger one names other repositories', async () => {
    const narrow = async (repositories: string[] | null): Promise<void> => {
      const body = { config: { repositories } };
      assert.equal((await app.ask('PATCH', `/api/v1/integrations/${ids[1]}`, { body })).status, 200);
    };
    await narrow(['acme/other']);
    assert.deepEqual((await show(ids[0])).overlaps, []);
    assert.deepEqual((await show(ids[1])).overlaps, []);
    await narrow(null);
    assert.equal((await show(ids[0])).overlaps?.[0]?.followed_by, ids[0]);
  });

  it('show at most 100 repositories of a pair', async () => {
    const [first = 0, , third = 0] = ids;
    await app.db.transaction().execute(async (trx) => {
      const facts = Array.from({ length: 120 }, (_, n) => ({
        project_id: 1,
        integration_id: first,
        host: 'api.github.com',
        owner: 'many',
        name: `repository-${String(n).padStart(3, '0')}`,
        externalId: `many-${n}`,
        seen_at: '2026-01-01T00:00:00Z',
        late: false,
      }));
      const { rows } = await saveRepositories(trx, facts);
      await recordOverlaps(
        trx,
        [...rows.values()].map(({ id }) => ({ integration_id: third, repository_id: id })),
      );
    });
    const [overlap] = (await show(third)).overlaps as unknown as { repositories: string[] }[];
    assert.equal(overlap?.repositories.length, 100);
    assert.equal(overlap?.repositories[99], 'many/repository-099');
    assert.match(String(await noticeOf(first)), /see the same repositories \(overlaps lists 1 more\): /);
  });
});
