import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { readConfig } from '../../src/config.ts';
import { createLogger } from '../../src/logging.ts';
import { startServer } from '../../src/start-server.ts';
import { createTestDatabase, type TestDatabase } from '../harness/test-database.ts';
import { newCanary, newEncryptionKey } from './canary.ts';
import { databaseTexts, findLeaks, type SearchedText } from './leaks.ts';
import { secretVariables } from './secret-fields.ts';

describe('a secret of the environment', () => {
  const password = newCanary('the password of the database', 'canary-');
  const keys = newEncryptionKey('ENCRYPTION_KEYS');
  const otherKeys = newEncryptionKey('other ENCRYPTION_KEYS');
  const adminToken = newCanary('COMMANDCENTER_ADMIN_TOKEN');
  const canaries = [password, keys, otherKeys, adminToken];
  let database: TestDatabase;
  let folder: string;
  const said: SearchedText[] = [];
  const logger = createLogger(
    { LOG_LEVEL: 'trace', LOG_MODULES: {} },
    { write: (text) => void said.push({ place: 'the log', text }) },
  );

  before(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'commandcenter-start-'));
  });
  after(async () => {
    await database.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  /** Starts and stops a server. If the start fails, keeps the error with all its members to search it for secrets. */
  const start = async (environment: Record<string, string>): Promise<'started' | 'failed'> => {
    const DATABASE_URL = urlWith(password.value);
    const others = { ENCRYPTION_KEYS: keys.value, COMMANDCENTER_ADMIN_TOKEN: adminToken.value, PORT: '0' };
    try {
      const config = readConfig({ DATABASE_URL, ...others, DATA_DIR: folder, ...environment });
      const options = { signal: AbortSignal.timeout(20_000), onLost: () => undefined };
      await using server = await startServer(config, logger, options);
      said.push({ place: 'the welcome', text: inspect(server.address) });
      return 'started';
    } catch (error) {
      logger('main').fatal({ err: error }, 'the server cannot continue');
      said.push({ place: 'an error', text: inspect(error, { depth: 8, showHidden: true }) });
      return 'failed';
    }
  };
  /** Returns the database URL with this password. PostgreSQL accepts any password from this machine. */
  const urlWith = (secret: string): string => {
    const { host, name } = /^postgresql:\/\/\/(?<name>[^?]*)\?(?<host>.*)$/.exec(database.url)?.groups ?? {};
    return `postgresql://postgres:${secret}@/${name}?${host}`;
  };

  it('is in nothing that a start says, whether it succeeds or fails', async () => {
    assert.equal(await start({}), 'started');
    const wrong: Record<string, string>[] = [
      { ENCRYPTION_KEYS: otherKeys.value.replace('canary:', 'other:') },
      { DATABASE_URL: `postgresql://postgres:${password.value}@127.0.0.1:9/none` },
      { DATABASE_URL: `postgresql://postgres:${password.value}@[broken/none` },
      { DATABASE_URL: `postgresql://postgres:${password.value}%zz@127.0.0.1/none` },
      { DATABASE_URL: `postgresql://postgres:${password.value}@127.0.0.1:99999/none` },
      { DATABASE_URL: `postgresql://127.0.0.1:9/none?user=postgres&password=${password.value}` },
      { DATABASE_URL: `postgresql://postgres:${password.value}@127.0.0.1/none?sslrootcert=/nowhere` },
      { DATABASE_URL: urlWith(password.value).replace(/\/\w+\?/, '/none?') },
    ];
    const outcomes = await Promise.all(wrong.map(start));
    assert.deepEqual(
      outcomes,
      wrong.map(() => 'failed'),
    );
    assert.deepEqual(findLeaks([...said, ...(await databaseTexts(database.db))], canaries), []);
  });

  it('is in no message about its wrong value', () => {
    for (const name of secretVariables()) {
      const canary = newCanary(name, '/?');
      for (const value of [`${canary.value}\t`, `${canary.value} é`, `x:${canary.value},`, canary.value.repeat(100)]) {
        try {
          readConfig({ [name]: value, DATA_DIR: folder });
        } catch (error) {
          const text = inspect(error, { depth: 8, showHidden: true });
          assert.deepEqual(findLeaks([{ place: `the error about ${name}`, text }], [canary]), []);
        }
      }
    }
  });
});
