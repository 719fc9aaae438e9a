import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { ApiError } from '../../src/errors.ts';
import { deleteIntegration } from '../../src/integrations/delete-integration.ts';
import { findIntegration, type IntegrationRow } from '../../src/integrations/integration-queries.ts';
import { changeIntegration } from '../../src/integrations/manage.ts';
import { saveRemoteHook } from '../../src/integrations/remote-hook-queries.ts';
import { saveRepositories, saveRepository } from '../../src/integrations/repositories/save-repository-queries.ts';
import { actor, type House, openHouse } from './fixture.ts';

const privateKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

describe('integrations that would bring in the same items', () => {
  let house: House;
  let otherProject: number;
  const keys = [privateKey(), privateKey()] as const;
  before(async () => {
    house = await openHouse();
    const project = await house.database.db
      .insertInto('projects')
      .values({ name: 'Q', slug: 'q' })
      .returning('id')
      .executeTakeFirstOrThrow();
    otherProject = project.id;
  });
  after(() => house.close());
  beforeEach(async () => {
    await house.database.db.deleteFrom('integrations').execute();
    await house.database.db.deleteFrom('repositories').execute();
  });

  let tokens = 0;
  const add = (config: Record<string, unknown> = {}, fields: Parameters<House['add']>[0] = {}) => {
    tokens += 1;
    return house.add({ integration_type: 'github', access_token: `ghp_${tokens}`, config, ...fields });
  };
  const addApp = (installation_id: number, app_id: number | string, private_key: string, config = {}) =>
    add(config, {
      auth_type: 'github_app',
      access_token: undefined as never,
      installation_id,
      app_id,
      private_key,
    });
  const change = (row: IntegrationRow, input: Parameters<typeof changeIntegration>[2]) =>
    changeIntegration(house.manage, row.id, input, actor);
  const refused = (work: Promise<unknown>, first: IntegrationRow, detail: RegExp) =>
    assert.rejects(work, (error: unknown) => {
      assert.ok(error instanceof ApiError, String(error));
      assert.deepEqual(
        [error.status, error.code, error.extensions],
        [409, 'integration.duplicate', { integration_id: first.id }],
      );
      assert.ok(error.detail.startsWith(`Integration ${first.id} ("${first.name}") of this project `), error.detail);
      assert.match(error.detail, detail);
      return true;
    });
  const follow = (row: IntegrationRow, name: string, externalId: string, seen_at = '2026-01-01T00:00:00Z') =>
    house.database.db.transaction().execute((trx) =>
      saveRepository(trx, {
        project_id: row.project_id,
        integration_id: row.id,
        late: false,
        host: row.host,
        owner: 'acme',
        name,
        externalId,
        seen_at,
      }),
    );
  const hintsOf = async ({ id }: IntegrationRow, kind: string) => {
    const rows = await house.database.db
      .selectFrom('webhook_hints')
      .select(['value', 'learned'])
      .where('integration_id', '=', id)
      .where('kind', '=', kind)
      .orderBy('value')
      .execute();
    return rows.map(({ value, learned }) => (learned ? `learned ${value}` : value));
  };

  it('are refused when they have the same credential at the same host', async () => {
    const first = await add({}, { access_token: 'ghp_same', name: 'GitHub: acme' });
    await refused(add({}, { access_token: 'ghp_same' }), first, /has the same credential.*PATCH .*or delete it/);
    await refused(add({ api_url: 'https://API.github.com/' }, { access_token: 'ghp_same' }), first, /same credential/);
    await add({ api_url: 'https://ghe.example/api/v3' }, { access_token: 'ghp_same' });
    await add({}, { access_token: 'ghp_same', project_id: otherProject });
    await house.add({ access_token: 'ghp_same' });
    await deleteIntegration(house.manage, first.id, actor);
    await add({}, { access_token: 'ghp_same' });
  });

  it('are accepted when they have no credential', async () => {
    const without = { access_token: undefined as never };
    const rows = [await house.add(without), await house.add(without)];
    assert.deepEqual(
      rows.map(({ credential_key }) => credential_key),
      [null, null],
    );
  });

  it('are refused when they are the same App installation, with whichever key and id of the App', async () => {
    const first = await addApp(5, 12, keys[0]);
    await refused(addApp(5, '12', keys[1]), first, /uses the same installation/);
    await refused(addApp(5, 'Iv23liClient', keys[1]), first, /uses the same installation/);
    await addApp(5, 12, keys[1], { api_url: 'https://ghe.example/api/v3' });
    // Another installation of the same App gives access to other repositories.
    const second = await addApp(6, 12, keys[0]);
    await refused(change(second, { installation_id: 5 }), first, /uses the same installation/);
    await change(second, { installation_id: 7 });
  });

  it('are refused when they name the same repository, in any letter case', async () => {
    const first = await add({ repositories: ['Acme/Web', 'acme/api', 'acme/a', 'acme/b', 'acme/c'] });
    await refused(
      add({ repositories: ['acme/web', 'acme/docs'] }),
      first,
      /already names acme\/web\. .*remove them from config\.repositories of one of the two/,
    );
    await refused(
      add({ repositories: ['acme/web', 'acme/c', 'acme/b', 'acme/a'] }),
      first,
      /names acme\/a, acme\/b, acme\/c and 1 more/,
    );
    await add({ repositories: ['acme/docs'] });
    await add({ repositories: ['acme/web'] }, { project_id: otherProject });
  });

  it('are refused when they name a repository that another one follows', async () => {
    const first = await add();
    await follow(first, 'web', '1001');
    await refused(add({ repositories: ['Acme/WEB'] }), first, /already follows Acme\/WEB\. .*leave them out/);
    await add();
    // Another repository, which no integration follows, has taken the name of the repository `acme/old`, so a new integration may use
    // that name.
    await follow(first, 'old', '1002');
    await house.database.db
      .updateTable('repositories')
      .set({ name_lost_at: new Date() })
      .where('external_id', '=', '1002')
      .execute();
    await add({ repositories: ['acme/old'] });
  });

  it('are created once when they are created many times at the same moment', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 6 }, () => add({ repositories: ['acme/web'] }, { access_token: 'ghp_same' })),
    );
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    const rows = await house.database.db.selectFrom('integrations').select('id').execute();
    assert.equal(rows.length, 1);
  });

  it('cannot come about by a change, which is not compared with the integration itself', async () => {
    const first = await add({ repositories: ['acme/web'] }, { access_token: 'ghp_first' });
    const second = await add({ repositories: ['acme/api'] }, { access_token: 'ghp_second' });
    await refused(change(second, { access_token: 'ghp_first' }), first, /same credential/);
    await refused(change(second, { config: { repositories: ['acme/api', 'acme/web'] } }), first, /names acme\/web/);
    await follow(first, 'docs', '1003');
    await refused(change(second, { config: { repositories: ['acme/docs'] } }), first, /follows acme\/docs/);
    const elsewhere = await add(
      { api_url: 'https://ghe.example/api/v3', repositories: ['acme/web'] },
      { access_token: 'ghp_third' },
    );
    await refused(change(elsewhere, { config: { api_url: null }, access_token: 'ghp_4' }), first, /names acme\/web/);

    await change(second, { access_token: 'ghp_second' });
    await change(first, { access_token: 'ghp_first', config: { repositories: ['acme/web', 'acme/docs'] } });
    const { config } = (await findIntegration(house.database.db, second.id)) ?? {};
    assert.deepEqual(config, { repositories: ['acme/api'] });
  });

  it('changes other properties of duplicates that exist already', async () => {
    const first = await add({ repositories: ['acme/web', 'acme/api'] });
    const second = await add({ repositories: ['acme/docs'] });
    await house.database.db
      .updateTable('integrations')
      .set({ credential_key: first.credential_key, config: JSON.stringify(first.config) })
      .where('id', '=', second.id)
      .execute();
    await change(second, { name: 'Second', enabled: false });
    await change(second, { config: { repositories: ['acme/api'] } });
  });

  it('are told of the id of a repository that they name, by every way in which it becomes known', async () => {
    const row = await add({ repositories: ['Acme/Web', 'acme/api', 'acme/new'] });
    const { db } = house.database;
    const fact = {
      project_id: row.project_id,
      host: row.host,
      owner: 'acme',
      seen_at: '2026-01-02T00:00:00Z',
      late: false,
    };
    assert.deepEqual(await hintsOf(row, 'repository_id'), []);
    await follow(row, 'web', '1001');
    await db.transaction().execute((trx) =>
      saveRepositories(trx, [
        { ...fact, integration_id: null, host: '', name: 'api' },
        { ...fact, integration_id: null, name: 'unnamed', externalId: '1009' },
        { ...fact, integration_id: null, name: 'former', externalId: '1003' },
      ]),
    );
    assert.deepEqual(await hintsOf(row, 'repository_id'), ['1001']);
    await follow(row, 'api', '1002', fact.seen_at);
    await follow(row, 'new', '1003', '2026-01-03T00:00:00Z');
    assert.deepEqual(await hintsOf(row, 'repository_id'), ['1001', '1002', '1003']);
  });

  it('keep the ids of the repositories that they still name, and the hooks that they made, when they are changed', async () => {
    const row = await add({ repositories: ['acme/web', 'acme/api'] });
    const { db } = house.database;
    await follow(row, 'web', '1001');
    await follow(row, 'api', '1002');
    await saveRemoteHook(db, row.id, { repository: 'acme/hooked', external_id: '77', url: 'https://cc.example/' });
    await db
      .insertInto('webhook_hints')
      .values({
        integration_type: 'github',
        kind: 'repository_id',
        value: '1005',
        integration_id: row.id,
        learned: true,
      })
      .execute();
    await change(row, { config: { repositories: ['acme/web'] } });
    assert.deepEqual(await hintsOf(row, 'repository_id'), ['1001', 'learned 1005']);
    assert.deepEqual(await hintsOf(row, 'hook'), ['77']);
    assert.deepEqual(await hintsOf(row, 'repository'), ['acme/hooked', 'acme/web']);
    await follow(row, 'site', '1001', '2026-01-04T00:00:00Z');
    await change(row, { name: 'Renamed' });
    assert.deepEqual(await hintsOf(row, 'repository_id'), ['1001', 'learned 1005']);
    const { config } = (await findIntegration(db, row.id)) ?? {};
    assert.deepEqual(config, { repositories: ['acme/site'] });
  });

  it('know a repository again that is named only after it was followed', async () => {
    const row = await add();
    await follow(row, 'web', '1001');
    assert.deepEqual(await hintsOf(row, 'repository_id'), []);
    await change(row, { config: { repositories: ['acme/web'] } });
    assert.deepEqual(await hintsOf(row, 'repository_id'), ['1001']);
    await change(row, { config: { repositories: null } });
    assert.deepEqual(await hintsOf(row, 'repository_id'), []);
  });
});
