import assert from 'node:assert/strict';
import { test } from 'node:test';
import { socketUrl } from '@commandcenter/embedded-postgres';
import { ConfigurationError } from '../startup-errors.ts';
import { parseDatabaseUrl } from './database-url.ts';

test('one host', () => {
  const { hosts, needsPrimary, label } = parseDatabaseUrl('postgresql://me:p%40ss@db.example:6432/app?sslmode=disable');
  const [{ host, port, user, password, database }] = hosts;
  assert.deepEqual(
    { host, port, user, password, database },
    { host: 'db.example', port: 6432, user: 'me', password: 'p@ss', database: 'app' },
  );
  assert.equal(needsPrimary, false);
  assert.equal(label, 'db.example:6432/app');
});

test('several hosts, of which the one that takes writes is wanted', () => {
  const { hosts, needsPrimary } = parseDatabaseUrl(
    'postgres://me@a:5432,b:5433,[::1]:5434/app?target_session_attrs=read-write',
  );
  assert.deepEqual(
    hosts.map(({ host, port, database }) => [host, port, database]),
    [
      ['a', 5432, 'app'],
      ['b', 5433, 'app'],
      ['::1', 5434, 'app'],
    ],
  );
  assert.equal(needsPrimary, true);
});

test('hosts and ports as parameters', () => {
  const { hosts } = parseDatabaseUrl('postgresql://me@/app?host=a,b&port=5432,5433');
  assert.deepEqual(
    hosts.map(({ host, port }) => [host, port]),
    [
      ['a', 5432],
      ['b', 5433],
    ],
  );
});

test('a unix socket under a folder with spaces and commas', () => {
  const { hosts } = parseDatabaseUrl(socketUrl('/data of, mine/run', 'me', 'app'));
  const [{ host, user, database }] = hosts;
  assert.deepEqual({ host, user, database }, { host: '/data of, mine/run', user: 'me', database: 'app' });
});

test('what would not take writes is refused without the password', () => {
  assert.throws(
    () => parseDatabaseUrl('postgresql://me:hidden@a,b/app?target_session_attrs=read-only'),
    (error) =>
      error instanceof ConfigurationError &&
      /target_session_attrs=read-only/.test(error.message) &&
      !/hidden/.test(error.message),
  );
});
