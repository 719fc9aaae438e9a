import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { AnalysisError } from '../../errors.ts';
import type { Advisory } from '../advisory-source.ts';
import { osvRecord, type RecordOptions } from '../testing/records.ts';
import { makeZip, type ZipEntry } from '../testing/zip.ts';
import { importAdvisories } from './import-advisories.ts';
import { openOfflineAdvisories } from './open-offline-advisories.ts';
import { importLimits } from './record-files.ts';

const signal = new AbortController().signal;
const now = new Date('2026-11-25T10:00:00Z');

describe('importAdvisories', () => {
  let folder: string;
  let database: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'advisories-'));
    database = join(folder, 'database');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const file = async (path: string, bytes: Buffer | string): Promise<string> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
    return join(folder, path);
  };
  const entry = (record: { id: string }): ZipEntry => ({
    name: `${record.id}.json`,
    bytes: Buffer.from(JSON.stringify(record)),
  });
  const zip = (path: string, ...records: RecordOptions[]): Promise<string> =>
    file(path, makeZip(records.map((record) => entry(osvRecord(record)))));
  const run = (source: string, limits = importLimits) =>
    importAdvisories(source, database, { signal, now, limits, onProgress: () => undefined });
  const find = async (ecosystem: string, name: string, version: string): Promise<Advisory[]> => {
    const source = (await openOfflineAdvisories(database)) ?? assert.fail('no database');
    return (await source.find([{ ecosystem, name, version }], signal))[0] ?? [];
  };
  const failsWith = (code: string, source: string, limits = importLimits) =>
    assert.rejects(run(source, limits), (error) => {
      assert.ok(error instanceof AnalysisError, String(error));
      assert.equal(error.code, code);
      return true;
    });

  it('creates a database that finds the advisories of a version and reports its age', async () => {
    const progress: [number, string][] = [];
    const source = await zip(
      'all.zip',
      { id: 'GHSA-1', name: 'lodash', fixed: '4.17.21', aliases: ['CVE-1'], modified: '2026-11-20T08:00:00Z' },
      { id: 'GHSA-2', name: 'lodash', fixed: '4.17.5', modified: '2026-10-01T00:00:00Z' },
      { id: 'MAL-1', name: 'lodahs' },
    );
    const imported = await importAdvisories(source, database, {
      signal,
      now,
      onProgress: (percent, step) => progress.push([percent, step]),
    });
    const [made] = imported.databases;
    assert.deepEqual(
      { ...made, digest: '' },
      {
        ecosystem: 'npm',
        imported_at: '2026-11-25T10:00:00.000Z',
        newest_modified: '2026-11-20T08:00:00Z',
        advisories: 3,
        packages: 2,
        source: 'all.zip',
        digest: '',
      },
    );
    assert.deepEqual(progress.at(-1), [100, 'Done']);
    assert.deepEqual(
      (await find('npm', 'lodash', '4.17.15')).map(({ id, fixedIn }) => [id, fixedIn]),
      [['CVE-1', '4.17.21']],
    );
    assert.equal((await find('npm', 'lodahs', '1.0.0'))[0]?.malicious, true);
    assert.deepEqual(await find('npm', 'loda', '1.0.0'), []);
    const opened = await openOfflineAdvisories(database);
    assert.deepEqual(opened?.notes, ['Offline database: npm of 2026-11-20, 3 advisories']);
    assert.deepEqual([opened?.covers('npm'), opened?.covers('PyPI')], [true, false]);
  });

  it('keeps the databases of other ecosystems and replaces its own', async () => {
    await run(await zip('npm.zip', { id: 'GHSA-1' }, { id: 'GHSA-2' }));
    await run(await zip('pypi.zip', { id: 'PYSEC-1', ecosystem: 'PyPI', name: 'Django' }));
    await run(await zip('newer.zip', { id: 'GHSA-3' }));
    assert.deepEqual(
      (await find('npm', 'demo', '1.0.0')).map(({ id }) => id),
      ['GHSA-3'],
    );
    assert.deepEqual(
      (await find('PyPI', 'django', '1.0')).map(({ id }) => id),
      ['PYSEC-1'],
    );
    assert.deepEqual((await readdir(database)).sort(), ['PyPI.sqlite', 'npm.sqlite']);
  });

  it('uses the zip of an ecosystem only for this ecosystem, even if its records affect others', async () => {
    await run(await zip('npm.zip', { id: 'GHSA-1' }));
    const both = {
      ...osvRecord({ id: 'GHSA-2', ecosystem: 'PyPI' }),
      affected: ['PyPI', 'npm'].map((ecosystem) => ({ package: { ecosystem, name: 'demo' }, versions: ['1.0.0'] })),
    };
    const pypi = osvRecord({ id: 'PYSEC-1', ecosystem: 'PyPI' });
    const imported = await run(await file('pypi.zip', makeZip([entry(both), entry(pypi)])));
    assert.deepEqual(
      imported.databases.map(({ ecosystem }) => ecosystem),
      ['PyPI'],
    );
    assert.deepEqual(imported.otherEcosystems, ['npm']);
    assert.deepEqual(
      (await find('npm', 'demo', '1.0.0')).map(({ id }) => id),
      ['GHSA-1'],
    );
  });

  it('creates one database per ecosystem from the zip of all, and lists unsupported ecosystems', async () => {
    const imported = await run(
      await zip('all.zip', { id: 'A-1' }, { id: 'A-2', ecosystem: 'crates.io' }, { id: 'A-3', ecosystem: 'Debian:12' }),
    );
    assert.deepEqual(
      imported.databases.map(({ ecosystem }) => ecosystem),
      ['crates.io', 'npm'],
    );
    assert.deepEqual(imported.otherEcosystems, ['Debian']);
  });

  it('reads zips and JSON files of a folder and its subfolders, but follows no symbolic links', async () => {
    await zip('osv/npm/all.zip', { id: 'GHSA-1' });
    await zip('osv/PyPI/all.zip', { id: 'PYSEC-1', ecosystem: 'PyPI' });
    await file(
      'osv/own/deep/x.json',
      JSON.stringify(osvRecord({ id: 'OWN-1', ecosystem: 'Go', name: 'example.com/m' })),
    );
    await file('elsewhere/y.json', JSON.stringify(osvRecord({ id: 'OWN-2', ecosystem: 'Hex' })));
    await symlink(join(folder, 'elsewhere'), join(folder, 'osv/link'));
    await symlink(join(folder, 'elsewhere/y.json'), join(folder, 'osv/link.json'));
    const imported = await run(join(folder, 'osv'));
    assert.deepEqual(
      imported.databases.map(({ ecosystem }) => ecosystem),
      ['Go', 'PyPI', 'npm'],
    );
    assert.equal((await find('Go', 'example.com/m', 'v1.0.0'))[0]?.id, 'OWN-1');
  });

  it('uses the newest of several records with the same id, even if it is withdrawn', async () => {
    const old = { id: 'GHSA-1', modified: '2026-01-01T00:00:00Z', fixed: '2.0.0' };
    await zip(
      'osv/a.zip',
      { ...old, modified: '2026-01-02T00:00:00.5Z', fixed: '3.0.0' },
      { id: 'GHSA-2', withdrawn: 'x', modified: '2026-03-01T00:00:00Z' },
    );
    await zip('osv/b.zip', old, { id: 'GHSA-2', modified: '2026-02-01T00:00:00Z' });
    assert.equal((await run(join(folder, 'osv'))).databases[0]?.advisories, 1);
    assert.deepEqual(
      (await find('npm', 'demo', '1.0.0')).map(({ id, fixedIn }) => [id, fixedIn]),
      [['GHSA-1', '3.0.0']],
    );
  });

  it('counts and names files that are not records, and continues', async () => {
    const good = osvRecord({ id: 'GHSA-1' });
    const bytes = Buffer.from(JSON.stringify(good));
    const source = await file(
      'all.zip',
      makeZip([
        entry(good),
        { name: 'broken.json', bytes: Buffer.from('{"id": ') },
        { name: 'other.json', bytes: Buffer.from('{"name": "package"}') },
        { name: 'false-sum.json', bytes, claims: { crc32: 1 } },
        { name: 'readme.txt', bytes: Buffer.from('x') },
      ]),
    );
    const { records, unreadable } = await run(source);
    assert.equal(records, 1);
    assert.deepEqual(unreadable, {
      files: 3,
      examples: ['all.zip: broken.json', 'all.zip: other.json', 'all.zip: false-sum.json'],
    });
  });

  it('counts ranges whose versions cannot be parsed', async () => {
    const imported = await run(await zip('all.zip', { id: 'A-1', ecosystem: 'PyPI', fixed: 'french toast' }));
    assert.equal(imported.unreadableRanges, 1);
  });

  it('rejects a source without usable records and suggests one', async () => {
    await failsWith('advisories.not_found', join(folder, 'missing'));
    await failsWith('advisories.bad_zip', await file('text.zip', 'no zip at all'));
    await failsWith('advisories.no_records', await file('empty.zip', makeZip([])));
    await failsWith(
      'advisories.no_records',
      await file('other.zip', makeZip([{ name: 'a.json', bytes: Buffer.from('{}') }])),
    );
    await failsWith('advisories.no_records', join(folder, await mkdir(join(folder, 'empty')).then(() => 'empty')));
    await failsWith('advisories.no_known_ecosystem', await zip('debian.zip', { id: 'DSA-1', ecosystem: 'Debian:12' }));
  });

  it('is safe against zips with malicious names or wrong sizes', async () => {
    const bytes = Buffer.from(JSON.stringify(osvRecord({ id: 'GHSA-1' })));
    await failsWith('advisories.bad_zip', await file('up.zip', makeZip([{ name: '../../up.json', bytes }])));
    await failsWith('advisories.bad_zip', await file('root.zip', makeZip([{ name: '/etc/root.json', bytes }])));
    const bomb = { name: 'bomb.json', bytes: Buffer.alloc(4 * 1024 ** 2, 0x20), claims: { size: 100 } };
    const { unreadable } = await run(await file('bomb.zip', makeZip([{ name: 'good.json', bytes }, bomb])));
    assert.deepEqual(unreadable.examples, ['bomb.zip: bomb.json']);
    const cut = makeZip([{ name: 'good.json', bytes, stored: true }]);
    await failsWith('advisories.bad_zip', await file('cut.zip', cut.subarray(0, cut.length - 30)));
  });

  it('fails if a limit is exceeded', async () => {
    const records = Array.from({ length: 10 }, (_, index) => ({ id: `GHSA-${index}` }));
    const source = await zip('all.zip', ...records);
    await failsWith('advisories.too_many_files', source, { ...importLimits, files: 9 });
    await failsWith('advisories.too_large', source, { ...importLimits, totalSize: 1000 });
    await failsWith('advisories.no_records', source, { ...importLimits, fileSize: 50 });
  });

  it('changes nothing and leaves no files if it is canceled', async () => {
    await run(await zip('npm.zip', { id: 'GHSA-1' }));
    const before = await readFile(join(database, 'npm.sqlite'));
    const control = new AbortController();
    const cancelled = importAdvisories(await zip('newer.zip', { id: 'GHSA-2' }), database, {
      signal: control.signal,
      now,
      onProgress: (_percent, step) => {
        if (step.startsWith('Writing')) control.abort(new Error('cancelled'));
      },
    });
    await assert.rejects(cancelled, /cancelled/);
    assert.deepEqual((await readdir(database)).sort(), ['npm.sqlite']);
    assert.deepEqual(await readFile(join(database, 'npm.sqlite')), before);
  });

  it('removes the files of killed imports once they are old enough', async () => {
    const [old, young] = ['npm.sqlite.0001', 'npm.sqlite.0002'];
    await file(`database/${old}`, 'x');
    await file(`database/${young}`, 'x');
    const [yesterday, hourAgo] = [25, 1].map((hours) => new Date(now.getTime() - hours * 3_600_000));
    await utimes(join(database, old), yesterday ?? now, yesterday ?? now);
    await utimes(join(database, young), hourAgo ?? now, hourAgo ?? now);
    await run(await zip('npm.zip', { id: 'GHSA-1' }));
    assert.deepEqual((await readdir(database)).sort(), ['npm.sqlite', young]);
  });
});

describe('openOfflineAdvisories', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'advisories-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const importRecords = async (...records: RecordOptions[]): Promise<void> => {
    const source = join(folder, 'all.zip');
    const entries = records.map((record) => ({
      name: `${record.id}.json`,
      bytes: Buffer.from(JSON.stringify(osvRecord(record))),
    }));
    await writeFile(source, makeZip(entries));
    await importAdvisories(source, join(folder, 'database'), { signal, now, onProgress: () => undefined });
  };
  const open = () => openOfflineAdvisories(join(folder, 'database'));

  it('returns null if nothing was imported', async () => {
    assert.equal(await open(), null);
  });

  it('covers no ecosystem if the database cannot be read, and notes it', async () => {
    await writeFile(join(folder, 'database'), 'a file');
    const source = await open();
    assert.match(source?.notes[0] ?? '', /^Offline database: .* cannot be read \(ENOTDIR\)\.$/);
    assert.equal(source?.covers('npm'), false);
  });

  it('returns results in the order of the packages, for every spelling of a name', async () => {
    await importRecords(
      ...Array.from({ length: 700 }, (_, index) => ({ id: `GHSA-${index}`, name: `package-${index}`, fixed: '2.0.0' })),
      { id: 'PYSEC-1', ecosystem: 'PyPI', name: 'zope.interface' },
      { id: 'GHSA-odd', name: '@scope/ü "quoted"\tname' },
    );
    const source = await open();
    const asked = [
      { ecosystem: 'PyPI', name: 'Zope_Interface', version: '1.0' },
      ...Array.from({ length: 700 }, (_, index) => ({
        ecosystem: 'npm',
        name: `package-${699 - index}`,
        version: '1.0.0',
      })),
      { ecosystem: 'npm', name: 'package-1', version: '2.0.0' },
      { ecosystem: 'npm', name: '@scope/ü "quoted"\tname', version: '1.0.0' },
      { ecosystem: 'Debian', name: 'package-1', version: '1.0.0' },
    ];
    const found = (await source?.find(asked, signal))?.map((advisories) => advisories.map(({ id }) => id).join());
    const expected = Array.from({ length: 700 }, (_, index) => `GHSA-${699 - index}`);
    assert.deepEqual(found, ['PYSEC-1', ...expected, '', 'GHSA-odd', '']);
  });

  it('changes its key with its contents, but not if the same data is imported again', async () => {
    const keys: (string | undefined)[] = [];
    for (const fixed of ['1.0.0', '1.0.0', '2.0.0']) {
      await importRecords({ id: 'GHSA-1', fixed });
      keys.push((await open())?.key);
    }
    assert.equal(keys[0], keys[1]);
    assert.notEqual(keys[1], keys[2]);
  });

  it('throws instead of finding nothing if the database is damaged', async () => {
    await importRecords({ id: 'GHSA-1' });
    const path = join(folder, 'database', 'npm.sqlite');
    const whole = await readFile(path);
    for (const bytes of [whole.subarray(0, whole.length - 1), Buffer.from('x'), Buffer.alloc(0), Buffer.alloc(100)]) {
      await writeFile(path, bytes);
      const source = await open();
      assert.deepEqual(source?.notes, ['Offline database: npm.sqlite is damaged. Import it again.']);
      assert.equal(source?.covers('npm'), false);
    }
    await writeFile(path, whole);
    {
      using file = new DatabaseSync(path);
      file.exec("UPDATE blocks SET packed = CAST(substr(packed, 1, length(packed) - 4) || 'xxxx' AS BLOB)");
    }
    const asked = [{ ecosystem: 'npm', name: 'demo', version: '1.0.0' }];
    await assert.rejects(async () => (await open())?.find(asked, signal), { code: 'advisories.damaged' });
  });

  it('asks to import again what an earlier version imported, until it is imported', async () => {
    await mkdir(join(folder, 'database'));
    await writeFile(join(folder, 'database', 'npm.advisories'), 'ccadv 1\n');
    const source = await open();
    assert.deepEqual(source?.notes, [
      'Offline database: npm.advisories is of an earlier version. Import it again: commandcenter advisories import <zip>.',
    ]);
    assert.equal(source?.covers('npm'), false);
    await importRecords({ id: 'GHSA-1' });
    assert.deepEqual((await open())?.notes, ['Offline database: npm of 2026-01-01, 1 advisory']);
  });

  it('can be read while another import runs', async () => {
    await importRecords({ id: 'GHSA-1' });
    const asked = [{ ecosystem: 'npm', name: 'demo', version: '1.0.0' }];
    const source = await open();
    const running = importRecords({ id: 'GHSA-2' });
    assert.equal((await source?.find(asked, signal))?.[0]?.[0]?.id, 'GHSA-1');
    await running;
    assert.equal((await (await open())?.find(asked, signal))?.[0]?.[0]?.id, 'GHSA-2');
  });
});
