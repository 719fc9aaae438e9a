import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createRecordedLog } from '../../../test/harness/recorded-log.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/test-database.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { createCredentialGates } from './credential-gate.ts';

describe('the write lease of a credential', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database.destroy());

  const gateOf = (credentialKey: string) => {
    const { log, records } = createRecordedLog();
    const clock = { now: () => new Date() };
    return { gate: createCredentialGates(database.db, clock, log).of(credentialKey, 7), records };
  };
  const takeAway = (credentialKey: string) =>
    database.db
      .updateTable('credential_gates')
      .set({ write_lease_owner: 'another process' })
      .where('credential_key', '=', credentialKey)
      .execute();
  const signal = AbortSignal.timeout(60_000);

  it('is given back without a word after a call', async () => {
    const { gate, records } = gateOf('quiet');
    await (await gate.pass('write', signal))();
    assert.deepEqual(records, []);
    await (await gate.pass('write', signal))();
  });

  it('is reported with its integration when another process has it at the end of the call, and stays with that process', async () => {
    const { gate, records } = gateOf('lost');
    const leave = await gate.pass('write', signal);
    await takeAway('lost');
    await leave();
    assert.equal(records.length, 1);
    assert.equal(records[0]?.integration, 7);
    assert.match(records[0]?.msg ?? '', /write lease of a credential was lost.*provider may ask to wait/);
    const row = await database.db
      .selectFrom('credential_gates')
      .select('write_lease_owner')
      .where('credential_key', '=', 'lost')
      .executeTakeFirstOrThrow();
    assert.equal(row.write_lease_owner, 'another process');
  });

  it('is reported once, while the call lasts, by the renewal that finds it lost', async () => {
    const { gate, records } = gateOf('renewed');
    const leave = await gate.pass('write', signal);
    await takeAway('renewed');
    await waitFor('the loss to be noticed', async () => records.length > 0);
    await leave();
    assert.equal(records.length, 1);
  });

  it('does not turn the response of a call into a failure when it cannot be given back', async () => {
    const { log, records } = createRecordedLog();
    const other = await createTestDatabase();
    const gate = createCredentialGates(other.db, { now: () => new Date() }, log).of('away', 7);
    const leave = await gate.pass('create', signal);
    await other.destroy();
    await leave();
    assert.match(records[0]?.msg ?? '', /could not be given back; it ends by itself/);
  });
});
