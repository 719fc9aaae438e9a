import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { AnalysisError } from '../../errors.ts';
import { startOsvServer } from '../testing/osv-server.ts';
import { osvRecord } from '../testing/records.ts';
import { onlineAdvisories } from './online-advisories.ts';
import { openRecordCache } from './record-cache.ts';

const signal = new AbortController().signal;
const now = new Date('2026-11-25T10:00:00Z');
const npm = (name: string, version: string) => ({ ecosystem: 'npm', name, version });

const records = [
  osvRecord({ id: 'GHSA-1', name: 'lodash', fixed: '4.17.21', aliases: ['CVE-1'] }),
  osvRecord({ id: 'OTHER-1', name: 'lodash', fixed: '4.17.21', aliases: ['CVE-1'] }),
  osvRecord({ id: 'GHSA-2', name: 'lodash', fixed: '4.17.5' }),
  osvRecord({ id: 'GHSA-3', ecosystem: 'GitHub Actions', name: 'tj-actions/changed-files', fixed: '46.0.1' }),
  osvRecord({ id: 'GO-1', ecosystem: 'Go', name: 'golang.org/x/net', fixed: '0.7.0' }),
  osvRecord({ id: 'PYSEC-1', ecosystem: 'PyPI', name: 'zope-interface', fixed: '5.0' }),
  osvRecord({ id: 'ODD-1', ecosystem: 'PyPI', name: 'odd', fixed: 'french toast' }),
];

/** An advisory source that does not wait between attempts, but records how long it would. */
function source(url: string, cacheFolder: string | null = null) {
  const pauses: number[] = [];
  const pause = async (milliseconds: number): Promise<void> => {
    pauses.push(milliseconds);
  };
  return { pauses, ...onlineAdvisories({ url, fetch, cacheFolder, now, pause }) };
}

const refuses = async (code: string, asked: Promise<unknown>): Promise<AnalysisError> => {
  const error = await asked.then(
    () => assert.fail('it answered'),
    (failure) => failure,
  );
  assert.ok(error instanceof AnalysisError, String(error));
  assert.equal(error.code, code);
  return error;
};

const answerWith =
  (status: number, text = '', headers: Record<string, string> = {}) =>
  (_request: unknown, response: ServerResponse): boolean => {
    response.writeHead(status, headers).end(text);
    return true;
  };

describe('onlineAdvisories', () => {
  it('asks once for each package version and returns results in the order of the packages', async () => {
    await using osv = await startOsvServer(records);
    const found = await source(osv.url).find(
      [npm('lodash', '4.17.15'), npm('left-pad', '1.0.0'), npm('lodash', '4.17.21'), npm('lodash', '4.17.15')],
      signal,
    );
    assert.deepEqual(
      found.map((advisories) => advisories.map(({ id, fixedIn }) => [id, fixedIn])),
      [[['CVE-1', '4.17.21']], [], [], [['CVE-1', '4.17.21']]],
    );
    assert.deepEqual(
      osv.batches.map((queries) => queries.length),
      [3],
    );
    assert.deepEqual(osv.fetched.toSorted(), ['GHSA-1', 'GHSA-2', 'OTHER-1']);
  });

  it('asks with the names and versions of each ecosystem', async () => {
    await using osv = await startOsvServer(records);
    const asked = [
      { ecosystem: 'Go', name: 'golang.org/x/net', version: 'v0.6.0' },
      { ecosystem: 'PyPI', name: 'Zope.Interface', version: '4.0' },
      { ecosystem: 'GitHub Actions', name: 'TJ-Actions/changed-files', version: 'v45' },
      { ecosystem: 'NuGet', name: 'Newtonsoft.Json', version: '13.0.1' },
      { ecosystem: 'Debian', name: 'bash', version: '5' },
    ];
    const found = await source(osv.url).find(asked, signal);
    assert.deepEqual(
      found.map(([advisory]) => advisory?.fixedIn),
      ['v0.7.0', '5.0', 'v46.0.1', undefined, undefined],
    );
    assert.deepEqual(osv.batches[0], [
      { package: { ecosystem: 'Go', name: 'golang.org/x/net' }, version: '0.6.0' },
      { package: { ecosystem: 'PyPI', name: 'zope-interface' }, version: '4.0' },
      { package: { ecosystem: 'GitHub Actions', name: 'tj-actions/changed-files' } },
      { package: { ecosystem: 'NuGet', name: 'Newtonsoft.Json' }, version: '13.0.1' },
    ]);
  });

  it('trusts the API if the versions of a record cannot be parsed', async () => {
    await using osv = await startOsvServer(records);
    const [found] = await source(osv.url).find([{ ecosystem: 'PyPI', name: 'odd', version: '1.0' }], signal);
    assert.deepEqual(
      found?.map(({ id }) => id),
      ['ODD-1'],
    );
  });

  it('asks for at most 1,000 versions per request, for all pages, and for at most 10 records at once', async () => {
    const many = Array.from({ length: 120 }, (_, index) =>
      osvRecord({ id: `GHSA-${index}`, name: 'demo', fixed: '2.0.0' }),
    );
    await using osv = await startOsvServer(many, 50);
    const packages = Array.from({ length: 2500 }, (_, index) => npm(`package-${index}`, '1.0.0'));
    const found = await source(osv.url).find([...packages, npm('demo', '1.0.0')], signal);
    assert.equal(found.at(-1)?.length, 120);
    const sizes = osv.batches.map((queries) => queries.length).sort((a, b) => b - a);
    assert.deepEqual(sizes, [1000, 1000, 501, 1, 1]);
    assert.ok(osv.maxConcurrent <= 10, `${osv.maxConcurrent} at once`);
  });

  it('makes three attempts with increasing pauses', async () => {
    await using osv = await startOsvServer(records);
    let failures = 2;
    osv.intercept = (request, response) => {
      if (failures === 0) return false;
      failures -= 1;
      if (failures === 1) request.socket.destroy();
      else response.writeHead(503).end();
      return true;
    };
    const online = source(osv.url);
    assert.equal((await online.find([npm('lodash', '4.17.15')], signal))[0]?.length, 1);
    assert.deepEqual(online.pauses, [500, 2000]);
  });

  it('waits as long as the server asks, up to half a minute', async () => {
    await using osv = await startOsvServer(records);
    const seconds = ['7', '3600'];
    osv.intercept = (_request, response) => {
      const after = seconds.shift();
      if (after === undefined) return false;
      response.writeHead(429, { 'retry-after': after }).end();
      return true;
    };
    const online = source(osv.url);
    await online.find([npm('lodash', '4.17.15')], signal);
    assert.deepEqual(online.pauses, [7000, 30_000]);
  });

  it('suggests an offline database if the API cannot be reached', async () => {
    const osv = await startOsvServer(records);
    const ask = () => source(osv.url).find([npm('a', '1.0.0')], signal);
    osv.intercept = answerWith(502);
    assert.match((await refuses('advisories.unreachable', ask())).message, /it answered 502/);
    await osv[Symbol.asyncDispose]();
    const closed = await refuses('advisories.unreachable', ask());
    assert.match(closed.message, /ECONNREFUSED/);
    assert.match(closed.hint ?? '', /commandcenter advisories import/);
  });

  it('makes no further attempt if the server is not an OSV API', async () => {
    await using osv = await startOsvServer(records);
    const ask = () => source(osv.url).find([npm('lodash', '4.17.15')], signal);
    osv.intercept = answerWith(404);
    await refuses('advisories.refused', ask());
    osv.intercept = answerWith(200, '<html>');
    await refuses('advisories.bad_answer', ask());
    osv.intercept = answerWith(200, '{"results": []}');
    await refuses('advisories.bad_answer', ask());
    osv.intercept = (request, response) => request.method === 'GET' && answerWith(200, '{}')(request, response);
    await refuses('advisories.bad_answer', ask());
    assert.equal(osv.batches.length, 1);
  });

  it('stops reading an endless response', async () => {
    await using osv = await startOsvServer(records);
    const endless = '{"results": [{"vulns": [], "next_page_token": "again"}]}';
    osv.intercept = answerWith(200, endless);
    await refuses('advisories.bad_answer', source(osv.url).find([npm('a', '1.0.0')], signal));
    osv.intercept = (_request, response) => {
      response.writeHead(200);
      const write = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(4 * 1024 ** 2), () => setImmediate(write));
      };
      write();
      return true;
    };
    await refuses('advisories.bad_answer', source(osv.url).find([npm('a', '1.0.0')], signal));
  });

  it('accepts that a named record no longer exists', async () => {
    await using osv = await startOsvServer(records);
    osv.intercept = (request, response) =>
      request.url === '/v1/vulns/GHSA-1' && answerWith(404, '{}')(request, response);
    const [found] = await source(osv.url).find([npm('lodash', '4.17.15')], signal);
    assert.deepEqual(
      found?.map(({ aliases }) => aliases),
      [['CVE-1', 'OTHER-1']],
    );
  });

  it('stops waiting if the analysis is canceled', async () => {
    await using osv = await startOsvServer(records);
    const control = new AbortController();
    osv.intercept = () => {
      control.abort(new Error('cancelled'));
      return true;
    };
    await assert.rejects(source(osv.url).find([npm('a', '1.0.0')], control.signal), /cancelled/);
  });
});

describe('the record cache', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'osv-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('prevents fetching a record again until it is modified', async () => {
    const changing = osvRecord({ id: 'GHSA-1', name: 'demo', fixed: '2.0.0' });
    await using osv = await startOsvServer([changing, osvRecord({ id: 'GHSA-2', name: 'demo' })]);
    const ask = async () =>
      (await source(osv.url, folder).find([npm('demo', '1.0.0')], signal))[0]?.map(({ fixedIn }) => fixedIn);
    assert.deepEqual(await ask(), ['2.0.0', null]);
    assert.deepEqual(await ask(), ['2.0.0', null]);
    assert.equal(osv.fetched.length, 2);
    Object.assign(
      changing,
      osvRecord({ id: 'GHSA-1', name: 'demo', fixed: '3.0.0', modified: '2026-02-01T00:00:00Z' }),
    );
    assert.deepEqual(await ask(), ['3.0.0', null]);
    assert.deepEqual(osv.fetched.slice(2), ['GHSA-1']);
  });

  it('fetches a record again if the cache is damaged, and caches it again', async () => {
    await using osv = await startOsvServer(records);
    const ask = async () => (await source(osv.url, folder).find([npm('lodash', '4.17.15')], signal))[0]?.length;
    await ask();
    await writeFile(join(folder, 'osv-records.sqlite'), 'x'.repeat(10_000));
    assert.equal(await ask(), 1);
    assert.equal(osv.fetched.length, 6);
    {
      using file = new DatabaseSync(join(folder, 'osv-records.sqlite'));
      file.exec('UPDATE records SET packed = zeroblob(50)');
    }
    assert.equal(await ask(), 1);
    assert.ok(osv.fetched.length > 6);
    await ask();
    const fetched = osv.fetched.length;
    assert.equal(await ask(), 1);
    assert.equal(osv.fetched.length, fetched);
  });

  it('keeps a limited number of records, the newest ones', () => {
    for (let index = 0; index < 5; index += 1) {
      using cache = openRecordCache(folder, { now: new Date(now.getTime() + index), maxRecords: 3 });
      cache.set(`GHSA-${index}`, 'then', { index });
    }
    using cache = openRecordCache(folder, { now });
    const kept = Array.from({ length: 5 }, (_, index) => cache.get(`GHSA-${index}`, 'then'));
    assert.deepEqual(kept, [undefined, undefined, { index: 2 }, { index: 3 }, { index: 4 }]);
  });

  it('is written by several processes at once, and survives that one is killed', async () => {
    const program = `
      import { openRecordCache } from ${JSON.stringify(new URL('record-cache.ts', import.meta.url).href)};
      const [name, count] = process.argv.slice(1);
      for (let index = 0; index < Number(count); index += 1) {
        if (index === 1) console.log('The first record is written.');
        using cache = openRecordCache(${JSON.stringify(folder)}, { now: new Date() });
        cache.set(name + index, 'then', { name });
      }`;
    const start = (name: string, count: number) =>
      spawn(process.execPath, ['--input-type=module', '-e', program, name, String(count)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    const endless = start('killed', Number.MAX_SAFE_INTEGER);
    // Listen at once, because the others may have ended before the first one has written anything.
    const others = ['a', 'b'].map(async (name) => (await once(start(name, 50), 'exit'))[0]);
    await once(endless.stdout, 'data');
    endless.kill('SIGKILL');
    const codes = await Promise.all(others);
    assert.deepEqual(codes, [0, 0]);
    using cache = openRecordCache(folder, { now });
    assert.deepEqual(cache.get('killed0', 'then'), { name: 'killed' });
    for (let index = 0; index < 50; index += 1) assert.deepEqual(cache.get(`a${index}`, 'then'), { name: 'a' });
  });

  it('caches nothing in a folder that cannot be used', async () => {
    await writeFile(join(folder, 'file'), '');
    using cache = openRecordCache(join(folder, 'file'), { now });
    cache.set('GHSA-1', 'then', {});
    assert.equal(cache.get('GHSA-1', 'then'), undefined);
  });
});
