import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../test/harness/test-database.ts';
import { generateEncryptionKey, parseEncryptionKeys } from './encryption-keys.ts';
import { fingerprintOf } from './fingerprint.ts';
import { loadInstanceKeys } from './instance-keys.ts';
import { keyFilePath } from './key-file.ts';
import { createKeyRing, kidOf } from './key-ring.ts';
import { loadKeyRing } from './load-key-ring.ts';

const now = new Date('2026-01-02T03:04:05Z');
const key = (kid: string) => ({ ...generateEncryptionKey(now), kid });

describe('ENCRYPTION_KEYS', () => {
  it('are read with the active key first', () => {
    const text = `new:${Buffer.alloc(32, 1).toString('base64')}, old:${Buffer.alloc(32, 2).toString('base64')}`;
    assert.deepEqual(
      parseEncryptionKeys(text).map(({ kid }) => kid),
      ['new', 'old'],
    );
  });

  it('explains wrong keys without repeating a secret', () => {
    for (const [text, fault] of [
      ['', /names no key/],
      ['c2VjcmV0c2VjcmV0', /Entry 1 of ENCRYPTION_KEYS is not of the form kid:base64/],
      ['a:c2VjcmV0', /"a" of ENCRYPTION_KEYS has 6 bytes instead of 32/],
      [`a:${Buffer.alloc(32).toString('base64')},a:${Buffer.alloc(32).toString('base64')}`, /names the key "a" twice/],
    ] as const) {
      assert.throws(
        () => parseEncryptionKeys(text),
        (error: Error) => fault.test(error.message) && !error.message.includes('c2VjcmV0'),
      );
    }
  });
});

describe('the key ring', () => {
  it('encrypts with the first key and decrypts with all', async () => {
    const [older, newer] = [key('old'), key('new')];
    const before = await createKeyRing([older]).encrypt({ token: 'ghp_x' });
    const ring = createKeyRing([newer, older]);
    assert.deepEqual(await ring.decrypt(before), { token: 'ghp_x' });
    assert.equal(kidOf(await ring.encrypt('x')), 'new');
    assert.ok(!before.includes('ghp_x'));
  });

  it('refuses a secret of an unknown key, another key of the same name, and a changed one', async () => {
    const jwe = await createKeyRing([key('a')]).encrypt('x');
    await assert.rejects(createKeyRing([key('b')]).decrypt(jwe), { code: 'keys.unknown' });
    await assert.rejects(createKeyRing([key('a')]).decrypt(jwe), { code: 'keys.wrong' });
    await assert.rejects(createKeyRing([key('a')]).decrypt('no jwe'), { code: 'keys.unknown' });
  });

  it('gives equal fingerprints for equal secrets only', () => {
    const secret = Buffer.alloc(32, 7);
    assert.deepEqual(fingerprintOf(secret, 'a', 'b'), fingerprintOf(secret, 'a', 'b'));
    assert.notDeepEqual(fingerprintOf(secret, 'ab', ''), fingerprintOf(secret, 'a', 'b'));
  });
});

describe('the keys of an installation', () => {
  let database: TestDatabase;
  let folder: string;
  before(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'keys-'));
  });
  after(async () => {
    await database.destroy();
    await rm(folder, { recursive: true });
  });

  it('are made once, in a file that only its owner reads, also by several processes at once', async () => {
    const source = { DATA_DIR: join(folder, 'data') };
    const rings = await Promise.all(Array.from({ length: 5 }, () => loadKeyRing(database.db, source, now)));
    assert.equal(new Set(rings.map(({ activeKid }) => activeKid)).size, 1);
    assert.deepEqual(await readdir(source.DATA_DIR), ['encryption-keys']);
    assert.equal((await stat(keyFilePath(source.DATA_DIR))).mode & 0o777, 0o600);
    const [first, ...rest] = await Promise.all(rings.map((ring) => loadInstanceKeys(database.db, ring)));
    for (const other of rest) assert.deepEqual(other, first);
  });

  it('are never made anew for a database that holds secrets of another key', async () => {
    const lost = { DATA_DIR: join(folder, 'elsewhere') };
    await assert.rejects(loadKeyRing(database.db, lost, now), (error: Error) =>
      /holds secrets of the encryption key "2026-01-02-/.test(error.message),
    );
    const wrong = await loadKeyRing(
      database.db,
      { ...lost, ENCRYPTION_KEYS: `other:${Buffer.alloc(32).toString('base64')}` },
      now,
    );
    await assert.rejects(loadInstanceKeys(database.db, wrong), { code: 'keys.unknown' });
  });

  it('stops the start and names the file when a key file is damaged', async () => {
    const path = keyFilePath(join(folder, 'data'));
    const text = await readFile(path, 'utf8');
    await writeFile(path, 'damaged');
    await assert.rejects(loadKeyRing(database.db, { DATA_DIR: join(folder, 'data') }, now), (error: Error) =>
      error.message.includes(path),
    );
    await writeFile(path, text);
  });
});
