import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from './logging.ts';

const capture = (modules: Record<string, 'debug' | 'trace' | 'warn'> = {}) => {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line));
  return { lines, logger: createLogger({ LOG_LEVEL: 'info', LOG_MODULES: modules }, { write }) };
};

test('LOG_MODULES turns single modules up and down, with what belongs to them', () => {
  const { lines, logger } = capture({ sync: 'debug', http: 'warn' });
  logger('sync').debug('shown');
  logger('sync.outbox').debug('shown too');
  logger('integrations').debug('not shown');
  logger('http').info('not shown either');
  logger('http').warn('shown at last');
  assert.deepEqual(
    lines.map(({ module, msg }) => [module, msg]),
    [
      ['sync', 'shown'],
      ['sync.outbox', 'shown too'],
      ['http', 'shown at last'],
    ],
  );
});

test('tokens, secrets and signatures never reach the log', () => {
  const { lines, logger } = capture();
  logger('http').info(
    {
      token: 'hidden',
      integration: { access_token: 'hidden', config: { webhook_secret: 'hidden' } },
      req: { headers: { authorization: 'Bearer hidden', cookie: 'hidden', 'x-hub-signature-256': 'hidden' } },
    },
    'request',
  );
  assert.doesNotMatch(JSON.stringify(lines), /hidden/);
});
