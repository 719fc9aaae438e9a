import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Outcome, runCommandcenter } from './harness/run-commandcenter.ts';

const record = (id: string, ecosystem: string): object => ({
  id,
  modified: '2026-11-20T08:00:00Z',
  affected: [{ package: { ecosystem, name: 'demo' }, versions: ['1.0.0'] }],
});

describe('commandcenter advisories import', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commandcenter-cli-'));
    await mkdir(join(folder, 'osv'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const run = (...args: string[]): Promise<Outcome> => {
    const environment = { DATA_DIR: join(folder, 'data') };
    return runCommandcenter(['advisories', 'import', ...args], { environment, cwd: folder });
  };

  it('creates the offline database under DATA_DIR, and prints its contents and what was skipped', async () => {
    await writeFile(join(folder, 'osv/1.json'), JSON.stringify(record('GHSA-1', 'npm')));
    await writeFile(join(folder, 'osv/2.json'), JSON.stringify(record('DSA-1', 'Debian:12')));
    await writeFile(join(folder, 'osv/broken.json'), '{');
    const { code, stdout, stderr } = await run('osv');
    assert.equal(code, 0);
    assert.equal(
      stdout,
      [
        'ECOSYSTEM  ADVISORIES  PACKAGES  NEWEST',
        'npm        1           1         2026-11-20',
        'Skipped, not OSV records: 1 (broken.json)',
        'Skipped, unsupported ecosystems: Debian',
        '',
      ].join('\n'),
    );
    assert.match(stderr, /100% Done\n$/);
    assert.deepEqual(await readdir(join(folder, 'data/advisories')), ['npm.sqlite']);
  });

  it('prints one JSON value with --json', async () => {
    await writeFile(join(folder, 'osv/1.json'), JSON.stringify(record('GHSA-1', 'npm')));
    const printed = JSON.parse((await run('osv', '--json')).stdout);
    assert.equal(printed.databases[0].ecosystem, 'npm');
    assert.deepEqual(
      { ...printed, databases: [] },
      {
        databases: [],
        records: 1,
        unreadable: { files: 0, examples: [] },
        unreadable_ranges: 0,
        other_ecosystems: [],
      },
    );
  });

  it('exits with 2 and explains the usage if there is nothing to import', async () => {
    const missing = await run('missing.zip');
    assert.deepEqual([missing.code, missing.stderr], [2, 'There is no file or folder missing.zip.\n']);
    const empty = await run('osv', '--json');
    assert.equal(empty.code, 2);
    assert.equal(JSON.parse(empty.stdout).error.code, 'advisories.no_records');
    assert.equal((await run()).code, 2);
  });

  it('exits with 3 if the database cannot be written', async () => {
    await writeFile(join(folder, 'osv/1.json'), JSON.stringify(record('GHSA-1', 'npm')));
    await writeFile(join(folder, 'data'), 'a file where the folder should be');
    const { code, stderr } = await run('osv');
    assert.equal(code, 3);
    assert.match(stderr, /Nothing was imported: /);
  });
});
