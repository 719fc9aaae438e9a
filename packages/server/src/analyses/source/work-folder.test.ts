import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openWorkFolder, sweepWorkFolders } from './work-folder.ts';

describe('work folders', () => {
  let parent: string;
  beforeEach(async () => {
    parent = join(await mkdtemp(join(tmpdir(), 'work-folder-')), 'work');
  });
  afterEach(() => rm(join(parent, '..'), { recursive: true }));

  it('go with what was done in them', async () => {
    {
      await using folder = await openWorkFolder(parent);
      await writeFile(join(folder.path, 'file'), '');
      assert.equal((await readdir(parent)).length, 1);
    }
    assert.deepEqual(await readdir(parent), []);
  });

  it('removes folders of killed processes, even of one that had the process id of this one', async () => {
    await sweepWorkFolders(parent);
    const host = hostname().replaceAll(/[^\w.-]/g, '_');
    const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(gone, 'exit');
    const left = [`${host}+${gone.pid}+a`, `${host}+${process.pid}+b`];
    const othersOwn = [`${host}+${process.ppid}+c`, `another-machine+${gone.pid}+d`];
    for (const name of [...left, ...othersOwn]) await mkdir(join(parent, name, 'head'), { recursive: true });
    await sweepWorkFolders(parent);
    assert.deepEqual((await readdir(parent)).sort(), othersOwn.sort());
  });
});
