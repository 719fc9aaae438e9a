import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { importAdvisories } from './offline/import-advisories.ts';
import { openAdvisories } from './open-advisories.ts';
import { type OsvServer, startOsvServer } from './testing/osv-server.ts';
import { osvRecord } from './testing/records.ts';

const signal = new AbortController().signal;
const now = new Date('2026-11-25T10:00:00Z');
const asked = [{ ecosystem: 'npm', name: 'demo', version: '1.0.0' }];

describe('openAdvisories', () => {
  let temporary: string;
  let folder: string;
  let osv: OsvServer;
  beforeEach(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'advisories-'));
    folder = join(temporary, 'database');
    osv = await startOsvServer([osvRecord({ id: 'ONLINE-1' })]);
  });
  afterEach(async () => {
    await osv[Symbol.asyncDispose]();
    await rm(temporary, { recursive: true });
  });
  const imported = async (): Promise<void> => {
    await writeFile(join(temporary, 'record.json'), JSON.stringify(osvRecord({ id: 'OFFLINE-1' })));
    await importAdvisories(temporary, folder, { signal, now, onProgress: () => undefined });
  };
  const open = (network: { url: string | null; fetch: typeof fetch | null }) =>
    openAdvisories({ folder, cacheFolder: null, now, ...network });

  it('returns null without a network and a database', async () => {
    assert.equal(await open({ url: null, fetch }), null);
    assert.equal(await open({ url: osv.url, fetch: null }), null);
  });

  it('uses the database if the API must not be asked', async () => {
    await imported();
    for (const network of [
      { url: null, fetch },
      { url: osv.url, fetch: null },
    ]) {
      const source = await open(network);
      assert.equal((await source?.find(asked, signal))?.[0]?.[0]?.id, 'OFFLINE-1');
    }
    assert.equal(osv.batches.length, 0);
  });

  it('uses the API if it may be asked', async () => {
    await imported();
    const source = await open({ url: osv.url, fetch });
    assert.equal((await source?.find(asked, signal))?.[0]?.[0]?.id, 'ONLINE-1');
    assert.deepEqual(source?.notes, [`Advisories: ${osv.url}, asked on 2026-11-25`]);
    assert.equal(source?.covers('PyPI'), true);
  });

  it('falls back to the database if the API does not respond, and notes it', async () => {
    await imported();
    const refused = async (): Promise<Response> => {
      throw new TypeError('no network');
    };
    const source = await open({ url: osv.url, fetch: refused });
    const keyBefore = source?.key;
    assert.equal((await source?.find(asked, signal))?.[0]?.[0]?.id, 'OFFLINE-1');
    assert.match(source?.notes[0] ?? '', /cannot be reached: no network\. The offline database answered instead\.$/);
    assert.match(source?.notes[1] ?? '', /^Offline database: npm of 2026-01-01, 1 advisory$/);
    assert.equal(source?.covers('PyPI'), false);
    assert.notEqual(source?.key, keyBefore);
  });
});
