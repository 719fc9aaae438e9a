import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describedApi, type OpenApi } from './described-api.ts';
import { startTestApplication } from './test-application.ts';

describe('every example of the API description', () => {
  it('is as its schema says', async () => {
    await using app = await startTestApplication();
    const { document, checkExample } = describedApi((await (await fetch(`${app.url}/openapi.json`)).json()) as OpenApi);
    const names = Object.keys(document.components.schemas);
    assert.ok(names.length > 25);
    for (const name of names) {
      for (const example of document.components.schemas[name]?.examples ?? []) {
        assert.deepEqual(checkExample(name, example), [], name);
      }
    }
  });
});
