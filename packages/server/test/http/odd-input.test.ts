import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Json } from './ask.ts';
import { describedApi, type OpenApi } from './described-api.ts';
import { startTestApplication, type TestApplication } from './test-application.ts';

const OPENAPI_FILE = join(import.meta.dirname, '../../openapi.json');
/** Texts that JavaScript converts to the number 1. */
const likeOne = ['0x1', '1e0', '%2B1', '1.0', '01', '%201', '1%20', '0b1', '%EF%BC%91'];

describe('odd input', () => {
  let app: TestApplication;
  before(async () => {
    app = await startTestApplication({ ROLE: 'api' });
    await app.ask('POST', '/api/v1/tasks', { body: { project_id: 1, title: 'A task' } });
  });
  after(() => app[Symbol.asyncDispose]());

  const pointers = (body: Json): unknown[] => (body.errors as unknown as Json[]).map(({ pointer }) => pointer);

  it('is an id in a path that is not written in decimal digits: 404', async () => {
    assert.equal((await app.ask('GET', '/api/v1/tasks/1')).status, 200);
    for (const id of [...likeOne, '1e999', '1e30', '-1', '9'.repeat(30)]) {
      for (const path of [`/tasks/${id}`, `/projects/${id}`, `/tasks/${id}/history`, `/integrations/${id}/deliveries`])
        assert.equal((await app.ask('GET', `/api/v1${path}`)).status, 404, path);
    }
  });

  it('is a number in a query that is not written in decimal digits: 422 with its name', async () => {
    for (const value of [...likeOne, '1e999', '1e30', '', '1&project_id=1']) {
      const { status, body } = await app.ask('GET', `/api/v1/tasks?project_id=${value}`);
      assert.deepEqual([status, pointers(body)], [422, ['/project_id']], value);
      assert.match(String(body.errors?.[0]?.message), /must be a whole number|or less/);
    }
    assert.equal((await app.ask('GET', '/api/v1/tasks?limit=1e1')).status, 422);
    assert.equal((await app.ask('GET', '/api/v1/tasks?project_id=1&limit=10&linked=false')).status, 200);
    for (const linked of ['1', 'TRUE', '', 'null'])
      assert.equal((await app.ask('GET', `/api/v1/tasks?linked=${linked}`)).status, 422, linked);
  });

  it('is a number in a body beyond what is exact, wherever one stands: 422 with its pointer', async () => {
    const { operations, document } = describedApi(JSON.parse(await readFile(OPENAPI_FILE, 'utf8')) as OpenApi);
    let tried = 0;
    for (const { method, path, operation } of operations) {
      const ref = operation.requestBody?.content['application/json']?.schema.$ref ?? '';
      for (const example of document.components.schemas[ref.split('/').at(-1) ?? '']?.examples ?? []) {
        const text = JSON.stringify(example);
        for (const { index, 0: number } of text.matchAll(/(?<=:)\d+(?=[,}])/g)) {
          for (const odd of ['1e999', '-1e999', '1e30', '9007199254740992']) {
            const body = text.slice(0, index) + odd + text.slice(index + number.length);
            const response = await app.ask(method, path.replaceAll(/\{\w+\}/g, '1'), { body });
            assert.equal(response.status, 422, `${method} ${path} ${body}`);
            const name = /"(\w+)":$/.exec(text.slice(0, index))?.[1];
            assert.ok(String(pointers(response.body)[0]).endsWith(`/${name}`), JSON.stringify(response.body));
            tried += 1;
          }
        }
      }
    }
    assert.ok(tried >= 40, String(tried));
  });

  it('is such a number where a field admits anything: 422 with its pointer', async () => {
    const integration = (more: string) =>
      `{"project_id": 1, "name": "G", "integration_type": "github", "auth_type": "token", "access_token": "ghp_x", ${more}}`;
    for (const [more, pointer] of [
      ['"config": {"poll_seconds": 1e999}', '/config/poll_seconds'],
      ['"config": {"a": {"b": [0, 1e30]}}', '/config/a/b/1'],
      ['"app_id": 1e30', '/app_id'],
      ['"installation_id": -1e999', '/installation_id'],
    ]) {
      const { status, body } = await app.ask('POST', '/api/v1/integrations', { body: integration(String(more)) });
      assert.deepEqual([status, pointers(body)], [422, [pointer]], more);
    }
    const decision = await app.ask('POST', '/api/v1/conflicts/1/decide', { body: '{"take": "value", "value": 1e999}' });
    assert.deepEqual([decision.status, pointers(decision.body)], [422, ['/value']]);
  });

  it('is a body with thousands of faults, of which the first twenty are told', async () => {
    const config = Object.fromEntries(Array.from({ length: 4000 }, (_, index) => [`key${index}`, index]));
    const { status, body } = await app.ask('POST', '/api/v1/integrations', {
      body: { project_id: 1, name: 'G', integration_type: 'github', auth_type: 'token', access_token: 'g', config },
    });
    assert.deepEqual([status, pointers(body).length], [422, 20]);
    assert.match(String(body.detail), /^4000 fields are wrong, of which 20 are listed; the first: /);
    assert.equal(body.errors_left_out, 3980);
  });

  it('is a list of many entries, which are compared by their hash where they must differ', async () => {
    const { document } = describedApi(JSON.parse(await readFile(OPENAPI_FILE, 'utf8')) as OpenApi);
    const { schemas } = document.components as { schemas: Record<string, { type?: string }> };
    const entries: unknown[] = [];
    JSON.stringify(schemas, (_key, value: { uniqueItems?: boolean; items?: { $ref: string } } | null) => {
      if (value?.uniqueItems === true) entries.push(schemas[value.items?.$ref.split('/').at(-1) ?? '']?.type);
      return value;
    });
    // Ajv compares entries of simple types by hash, but compares entries of any other type pairwise, which would take too long for a
    // large list.
    assert.deepEqual(entries, ['string']);
  });
});
