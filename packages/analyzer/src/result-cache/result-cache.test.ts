import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openResultCache } from './result-cache.ts';

describe('the result cache', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'results-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('returns the results of the same repository only', async () => {
    const first = await openResultCache(folder, 'octo/hello');
    first.setInspection('lines@1', 'key', { code: 1 });
    first.setInspection('lines@1', 'nothing', undefined);
    first.set('technologies@1', 'tree', ['a\nb']);
    await first.save();
    const second = await openResultCache(folder, 'octo/hello');
    assert.deepEqual([...second.inspectionKeys('lines@1')].sort(), ['key', 'nothing']);
    assert.deepEqual(second.getInspection('lines@1', 'key'), { code: 1 });
    assert.equal(second.getInspection('lines@1', 'nothing'), null);
    assert.deepEqual(second.get('technologies@1', 'tree'), ['a\nb']);
    assert.equal(second.getInspection('lines@2', 'key'), undefined);
    assert.deepEqual([...(await openResultCache(folder, 'octo/other')).inspectionKeys('lines@1')], []);
  });

  it('drops unused entries, but not those of engines that did not run', async () => {
    const first = await openResultCache(folder, 'r');
    first.setInspection('lines@1', 'old', 1);
    first.setInspection('lines@1', 'kept', 2);
    first.setInspection('complexity@1', 'deep', 3);
    await first.save();
    const second = await openResultCache(folder, 'r');
    second.getInspection('lines@1', 'kept');
    await second.save();
    const third = await openResultCache(folder, 'r');
    assert.deepEqual([...third.inspectionKeys('lines@1')], ['kept']);
    assert.equal(third.getInspection('complexity@1', 'deep'), 3);
  });

  it('is empty if the file was damaged, and writes no second file', async () => {
    const first = await openResultCache(folder, 'r');
    first.setInspection('lines@1', 'key', 1);
    await first.save();
    const [name = ''] = await readdir(folder);
    const damages = [
      () => writeFile(join(folder, name), 'damaged'),
      () => truncate(join(folder, name), 5000),
      () => {
        using file = new DatabaseSync(join(folder, name));
        file.exec('UPDATE chunks SET packed = zeroblob(50)');
      },
    ];
    for (const damage of damages) {
      await damage();
      const second = await openResultCache(folder, 'r');
      assert.deepEqual([...second.inspectionKeys('lines@1')], []);
      second.setInspection('lines@1', 'key', 1);
      await second.save();
      assert.deepEqual(await readdir(folder), [name]);
      assert.deepEqual([...(await openResultCache(folder, 'r')).inspectionKeys('lines@1')], ['key']);
    }
  });

  it('keeps the results of two analyses at once', async () => {
    const [first, second] = [await openResultCache(folder, 'r'), await openResultCache(folder, 'r')];
    first.setInspection('lines@1', 'Akey', 1);
    second.setInspection('lines@1', 'Bkey', 2);
    await Promise.all([first.save(), second.save()]);
    const third = await openResultCache(folder, 'r');
    assert.deepEqual([third.getInspection('lines@1', 'Akey'), third.getInspection('lines@1', 'Bkey')], [1, 2]);
  });

  it('deletes the file of a repository with too many results, and files of earlier versions', async () => {
    await writeFile(join(folder, 'former.results.zst'), '');
    const first = await openResultCache(folder, 'r');
    first.setInspection('lines@1', 'key', 1);
    await first.save();
    assert.equal((await readdir(folder)).length, 1);
    const second = await openResultCache(folder, 'r');
    second.setInspection('lines@1', 'key', 'x'.repeat(65 * 1024 ** 2));
    await second.save();
    assert.deepEqual(await readdir(folder), []);
  });

  it('stays in memory without a folder', async () => {
    const cache = await openResultCache(null, 'r');
    cache.setInspection('lines@1', 'key', 1);
    await cache.save();
    assert.equal(cache.getInspection('lines@1', 'key'), 1);
  });
});
