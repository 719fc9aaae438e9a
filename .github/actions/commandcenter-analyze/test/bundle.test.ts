import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';

describe('the built Action', () => {
  const MAX_BYTES = 300_000;
  const bundle = (): Promise<Buffer> => readFile(new URL('../dist/index.js', import.meta.url));

  it('is small, because every repository and every checkout contains it', async () => {
    const { length } = await bundle();
    assert.ok(length <= MAX_BYTES, `${length} bytes`);
  });

  it('needs nothing but Node', async () => {
    const imported = [...(await bundle()).toString().matchAll(/^import [^"'\n]*from ["']([^"']+)["'];$/gm)].map(
      ([, name]) => name,
    );
    assert.ok(imported.length > 5);
    assert.deepEqual(
      imported.filter((name) => !name?.startsWith('node:')),
      [],
    );
  });
});
