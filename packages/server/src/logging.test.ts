import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
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

test('a log that nobody reads does not stop the process, and says how many lines it has left out', async () => {
  const module = pathToFileURL(`${import.meta.dirname}/logging.ts`).href;
  const script = `
    const { createLogger } = await import('${module}');
    const log = createLogger({ LOG_LEVEL: 'info', LOG_MODULES: {} })('test');
    for (let line = 0; line < 9000; line += 1) log.info({ filler: 'x'.repeat(1000) }, 'line');
    console.log('written');
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
  // The process logged all lines without waiting, although nobody has read the pipe and it is full.
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const log = text(child.stderr);
  child.stdin.end();
  const lines = (await log)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { level: string; msg: string });
  const kept = lines.filter(({ msg }) => msg === 'line').length;
  const { level, msg } = lines.at(-1) ?? {};
  assert.deepEqual(
    [level, msg],
    ['warn', `${9000 - kept} log lines are left out, because the log was not read fast enough`],
  );
  assert.ok(kept < 9000);
});
