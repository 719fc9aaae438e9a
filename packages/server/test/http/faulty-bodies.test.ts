import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ADMIN_TOKEN, startTestApplication, type TestApplication } from './test-application.ts';

const MIB = 1024 * 1024;

/** Returns a body of up to 1 MiB that repeats a wrong value between its start and its end. */
function filled(start: string, wrong: (place: number) => string, end: string): Buffer {
  const parts: string[] = [];
  for (let size = start.length + end.length; ; ) {
    const part = wrong(parts.length);
    size += part.length + 1;
    if (size > MIB) return Buffer.from(start + parts.join(',') + end);
    parts.push(part);
  }
}

const task = '{"project_id":1,"title":"T"';
const integration = '{"project_id":1,"name":"G","integration_type":"github","auth_type":"token","access_token":"t"';
const field = (place: number): string => `"${place.toString(36)}":1`;

const bodies: readonly [name: string, path: string, body: Buffer][] = [
  ['unknown fields', '/api/v1/tasks', filled('{', field, '}')],
  ['entries of another type', '/api/v1/tasks', filled(`${task},"labels":[`, () => '1', ']}')],
  ['empty entries', '/api/v1/tasks', filled(`${task},"assignees":[`, () => '""', ']}')],
  ['unknown settings', '/api/v1/integrations', filled(`${integration},"config":{`, field, '}}')],
  [
    'wrong entries of a setting',
    '/api/v1/integrations',
    filled(`${integration},"config":{"repositories":[`, () => '1', ']}}'),
  ],
  ['wrong parameters', '/api/v1/jobs', filled('{"type":"analysis","parameters":{', field, '}}')],
  ['wrong scopes', '/api/v1/tokens', filled('{"name":"T","scopes":[', () => '1', ']}')],
  ['nothing but lists in lists', '/api/v1/tasks', Buffer.from(`${'['.repeat(MIB / 2)}${']'.repeat(MIB / 2)}`)],
];

const upTo = (count: number, wrong: (place: number) => string): string =>
  Array.from({ length: count }, (_, place) => wrong(place)).join(',');

const mostFaults: typeof bodies = [
  ['as many unknown fields as a body may hold', '/api/v1/tasks', Buffer.from(`{${upTo(5000, field)}}`)],
  ['as many wrong entries', '/api/v1/tasks', Buffer.from(`${task},"labels":[${upTo(4990, () => '1')}]}`)],
  ['as many unknown settings', '/api/v1/integrations', Buffer.from(`${integration},"config":{${upTo(4990, field)}}}`)],
];

describe('a body with hundreds of thousands of faults', () => {
  let app: TestApplication;
  before(async () => {
    app = await startTestApplication({ ROLE: 'api' });
  });
  after(() => app[Symbol.asyncDispose]());

  const send = (path: string, body: Buffer): Promise<Response> =>
    fetch(app.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      body: new Uint8Array(body),
    });

  /**
   * Returns the longest time in milliseconds for which the work blocked this process, in which the server runs too. Takes the best of
   * five rounds, because other processes on the machine cause pauses as well.
   */
  const longestPause = async (work: () => Promise<unknown>): Promise<number> => {
    let least = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 5; round += 1) {
      let longest = 0;
      let last = performance.now();
      const ticks = setInterval(() => {
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }, 1);
      await work();
      longest = Math.max(longest, performance.now() - last);
      clearInterval(ticks);
      least = Math.min(least, longest);
    }
    return least;
  };

  for (const [name, path, body] of bodies) {
    it(`refuses a body before parsing it: ${name}`, async (context) => {
      const pauseMs = await longestPause(async () => {
        const response = await send(path, body);
        const { code } = (await response.json()) as { code: string };
        assert.deepEqual([response.status, code], [413, 'request.too_many_values']);
      });
      context.diagnostic(`nothing else ran for ${Math.round(pauseMs)} ms`);
    });
  }

  for (const [name, path, body] of mostFaults) {
    it(`lists at most 20 errors of a body: ${name}`, async (context) => {
      const pauseMs = await longestPause(async () => {
        const response = await send(path, body);
        assert.equal(response.status, 422);
        const { errors } = (await response.json()) as { errors: unknown[] };
        assert.ok(errors.length <= 20);
      });
      context.diagnostic(`nothing else ran for ${Math.round(pauseMs)} ms`);
    });
  }
});
