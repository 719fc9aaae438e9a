import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readConfig } from './config.ts';
import { ConfigurationError } from './startup-errors.ts';

test('nothing set gives the documented defaults', () => {
  const config = readConfig({});
  assert.equal(config.PORT, 8000);
  assert.equal(config.HOST, '127.0.0.1');
  assert.equal(config.PUBLIC_URL, 'http://localhost:8000');
  assert.equal(config.DATABASE_URL, undefined);
  assert.equal(config.ROLE, 'all');
  assert.deepEqual(config.EGRESS_ALLOW, []);
  assert.deepEqual(config.LOG_MODULES, {});
  assert.equal(config.RETENTION_AUDIT_DAYS, 365);
  const { DATABASE_POOL_API, DATABASE_POOL_INGEST, DATABASE_POOL_WORKER } = config;
  assert.deepEqual([DATABASE_POOL_API, DATABASE_POOL_INGEST, DATABASE_POOL_WORKER], [20, 8, 12]);
});

test('lists, maps and numbers are read from their text, and an empty value counts as unset', () => {
  const config = readConfig({
    PORT: ' 9000 ',
    EGRESS_ALLOW: 'ghe.intranet, 10.0.0.0/8,[::1]:8080',
    LOG_MODULES: 'integrations=debug,sync=trace',
    PUBLIC_URL: 'https://example.org/base/',
    ROLE: '',
  });
  assert.equal(config.PORT, 9000);
  assert.deepEqual(config.EGRESS_ALLOW, ['ghe.intranet', '10.0.0.0/8', '[::1]:8080']);
  assert.deepEqual(config.LOG_MODULES, { integrations: 'debug', sync: 'trace' });
  assert.equal(config.PUBLIC_URL, 'https://example.org/base');
  assert.equal(config.ROLE, 'all');
});

test('links follow the port where no public address is set', () => {
  assert.equal(readConfig({ PORT: '8100' }).PUBLIC_URL, 'http://localhost:8100');
});

describe('a wrong value is refused in one line with the variable and a right example', () => {
  const wrong: Record<string, string> = {
    PORT: '65536',
    HOST: 'two words',
    PUBLIC_URL: 'commandcenter.example.org',
    DATABASE_URL: 'mysql://localhost/x',
    ENCRYPTION_KEYS: 'a:dG9vIHNob3J0',
    COMMANDCENTER_ADMIN_TOKEN: 'short',
    ROLE: 'boss',
    EGRESS_ALLOW: 'https://ghe.intranet',
    OSV_API_URL: 'no',
    DATABASE_POOL_API: '1',
    DATABASE_POOL_INGEST: 'many',
    DATABASE_POOL_WORKER: '1001',
    RETENTION_DELIVERIES_DAYS: '1.5',
    RETENTION_JOBS_DAYS: '0',
    LOG_LEVEL: 'loud',
    LOG_MODULES: 'sync',
  };
  for (const [name, value] of Object.entries(wrong)) {
    test(`${name}=${value}`, () => {
      assert.throws(
        () => readConfig({ [name]: value }),
        (error) => {
          assert.ok(error instanceof ConfigurationError);
          assert.equal(error.exitCode, 2);
          assert.match(error.message, new RegExp(`^${name} .*Right: ${name}=\\S+$`));
          return true;
        },
      );
    });
  }
});

test('secrets are not repeated', () => {
  assert.throws(
    () => readConfig({ COMMANDCENTER_ADMIN_TOKEN: 'my-secret' }),
    (error: Error) => !error.message.includes('my-secret'),
  );
});
