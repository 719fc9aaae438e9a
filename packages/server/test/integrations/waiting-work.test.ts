import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import type { IntegrationRow } from '../../src/integrations/integration-queries.ts';
import { findStranded, resume } from '../../src/integrations/integration-work-queries.ts';
import { changeIntegration } from '../../src/integrations/manage.ts';
import { actor, type House, openHouse } from './fixture.ts';

describe('work of an integration that cannot go on', () => {
  let house: House;
  let row: IntegrationRow;
  before(async () => {
    house = await openHouse();
    row = await house.add();
    const { db } = house.database;
    const { id } = await db
      .insertInto('links')
      .values({
        project_id: house.projectId,
        integration_id: row.id,
        integration_type: 'custom',
        sync_state: 'pending',
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await db.insertInto('outbox').values({ link_id: id, integration_id: row.id, kind: 'update' }).execute();
    await db
      .insertInto('deliveries')
      .values({ integration_id: row.id, integration_type: 'custom', event: 'x', delivery_guid: 'g', status: 'held' })
      .execute();
  });
  after(() => house.close());

  const waits = async () => {
    const { rows } = await sql<{ outbox: boolean; delivery: string }>`
      select (select not_before > now() from outbox) as outbox, (select status from deliveries) as delivery`.execute(
      house.database.db,
    );
    return rows[0];
  };

  it('waits while it is switched off, and goes on when it is switched on', async () => {
    await changeIntegration(house.manage, row.id, { enabled: false }, actor);
    assert.deepEqual(await waits(), { outbox: true, delivery: 'held' });
    assert.deepEqual(await findStranded(house.database.db), []);
    await changeIntegration(house.manage, row.id, { enabled: true }, actor);
    assert.deepEqual(await waits(), { outbox: false, delivery: 'received' });
  });

  it('is found when it was left behind', async () => {
    await sql`update outbox set not_before = 'infinity'`.execute(house.database.db);
    assert.deepEqual(await findStranded(house.database.db), [row.id]);
    await resume(house.database.db, row.id);
    assert.deepEqual(await findStranded(house.database.db), []);
    assert.deepEqual(await waits(), { outbox: false, delivery: 'received' });
  });
});
