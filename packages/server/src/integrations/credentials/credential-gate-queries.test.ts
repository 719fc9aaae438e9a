import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/test-database.ts';
import { block, claimWrite, readBlock, releaseWrite } from './credential-gate-queries.ts';

describe('a credential gate', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database.destroy());

  const claim = (credentialKey: string, owner: string, create = false, leaseMs = 10_000) =>
    claimWrite(database.db, { credentialKey, owner, create, leaseMs });
  const writeOften = async (credentialKey: string, create: boolean, times: number): Promise<number> => {
    for (let granted = 0; granted < times; granted += 1) {
      const outcome = await claim(credentialKey, 'me', create);
      if (!outcome.granted) {
        assert.equal(outcome.because, 'pace');
        assert.ok(outcome.waitMs > 0 && outcome.waitMs <= 1000);
        return granted;
      }
      await releaseWrite(database.db, credentialKey, 'me');
    }
    return times;
  };

  it('lets one writer in at a time, and another when that one is gone', async () => {
    assert.deepEqual(await claim('lease', 'a'), { granted: true });
    const other = await claim('lease', 'b');
    assert.equal(!other.granted && other.because, 'lease');
    await releaseWrite(database.db, 'lease', 'b');
    assert.equal((await claim('lease', 'b')).granted, false);
    await releaseWrite(database.db, 'lease', 'a');
    assert.equal((await claim('lease', 'b', false, 0)).granted, true);
    assert.equal((await claim('lease', 'c')).granted, true);
  });

  it('paces writes after 60, creates after 20', async () => {
    const writes = await writeOften('writes', false, 80);
    assert.ok(writes >= 60 && writes <= 62, `${writes}`);
    const creates = await writeOften('creates', true, 40);
    assert.ok(creates >= 20 && creates <= 22, `${creates}`);
    assert.deepEqual(await claim('creates', 'me'), { granted: true });
  });

  it('closes for a named wait, which a shorter one does not shorten', async () => {
    await block(database.db, 'closed', 60_000, 'long');
    await block(database.db, 'closed', 1000, 'short');
    const closed = await readBlock(database.db, 'closed');
    assert.ok(closed !== null && closed.waitMs > 50_000);
    assert.equal(closed.reason, 'long');
    const outcome = await claim('closed', 'me');
    assert.equal(!outcome.granted && outcome.because, 'blocked');
    assert.equal(await readBlock(database.db, 'open'), null);
  });
});
