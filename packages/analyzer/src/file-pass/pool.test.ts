import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createInspectionPool, type PassedFile, type PassResult } from './pool.ts';

const inspectorsUrl = new URL('./testing/misbehaving-inspectors.ts', import.meta.url).href;

describe('the file pass', () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'file-pass-'));
  });
  after(() => rm(root, { recursive: true }));

  const pass = async (
    files: Record<string, string>,
    { cached = new Map<string, number>(), signal = new AbortController().signal } = {},
  ): Promise<Map<string, PassedFile>> => {
    for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text);
    const pool = createInspectionPool({ depth: 'quick', threads: 2, fileLimitMs: 4000, inspectorsUrl });
    try {
      const tasks = Object.entries(files).map(([path, text]) => ({
        path,
        size: text.length,
        language: 'Text',
        excluded: false,
      }));
      const { files: passed }: PassResult = await pool.run({ root, files: tasks, cached, signal, onProgress() {} });
      return new Map(passed.map((one) => [one.file.path, one]));
    } finally {
      await pool.close();
    }
  };
  const inspectionOf = (passed: PassedFile | undefined) =>
    passed !== undefined && 'report' in passed ? passed.report.inspections[0] : undefined;

  it('runs every inspector once on the files it selects', async () => {
    const passed = await pass({ 'a.txt': 'one', 'b.txt': 'nothing', 'c.unwanted': 'x', 'd.txt': 'x'.repeat(1001) });
    assert.deepEqual(inspectionOf(passed.get('a.txt')), { result: 'Text: one' });
    assert.deepEqual(inspectionOf(passed.get('b.txt')), { result: null });
    assert.equal(inspectionOf(passed.get('c.unwanted')), undefined);
    assert.deepEqual(inspectionOf(passed.get('d.txt')), {
      skipped: 'larger than the 1000 bytes that are looked at',
      harmless: false,
    });
  });

  it('loses only the file that hangs, crashes its thread or exhausts its memory', async () => {
    const ordinary = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`${n}.txt`, `text ${n}`]));
    const passed = await pass({ ...ordinary, hang: 'hang', exit: 'exit', exhaust: 'exhaust', throw: 'throw' });
    assert.equal(passed.size, 204);
    for (const path of Object.keys(ordinary))
      assert.deepEqual(inspectionOf(passed.get(path)), { result: `Text: ${ordinary[path]}` });
    const lost = (path: string) => {
      const one = passed.get(path);
      return one !== undefined && 'lost' in one ? one.lost : '';
    };
    assert.match(lost('hang'), /took longer than 4 s/);
    assert.match(lost('exit'), /crashed its thread/);
    // The reason for losing the file may also be its time limit, which a busy machine may exceed before the memory limit.
    assert.match(lost('exhaust'), /memory|took longer/);
    assert.deepEqual(inspectionOf(passed.get('throw')), {
      skipped: 'could not be analyzed: it was told to',
      harmless: false,
    });
  });

  it('does not inspect a file again whose bytes are cached', async () => {
    const first = await pass({ 'a.txt': 'one' });
    const one = first.get('a.txt');
    assert.ok(one !== undefined && 'report' in one && one.report.key !== undefined);
    const again = await pass({ 'a.txt': 'one' }, { cached: new Map([[one.report.key, 1]]) });
    assert.equal(inspectionOf(again.get('a.txt')), undefined);
    const changed = await pass({ 'a.txt': 'two' }, { cached: new Map([[one.report.key, 1]]) });
    assert.deepEqual(inspectionOf(changed.get('a.txt')), { result: 'Text: two' });
  });

  it('recognizes binary files by their bytes and follows no links', async () => {
    await symlink('/etc/hostname', join(root, 'link.txt'));
    const passed = await pass({ 'a.bin': 'a\0b' });
    assert.deepEqual(inspectionOf(passed.get('a.bin')), { skipped: 'binary', harmless: true });
    const pool = createInspectionPool({ depth: 'quick', threads: 1, inspectorsUrl });
    const { files } = await pool.run({
      root,
      files: [{ path: 'link.txt', size: 10, language: null, excluded: false }],
      cached: new Map(),
      signal: new AbortController().signal,
      onProgress() {},
    });
    await pool.close();
    assert.deepEqual(inspectionOf(files[0]), { skipped: 'could not be read', harmless: false });
  });

  it('rejects if the pool is closed during the pass', async () => {
    await writeFile(join(root, 'hang'), 'hang');
    const pool = createInspectionPool({ depth: 'quick', threads: 1, inspectorsUrl });
    const running = pool.run({
      root,
      files: [{ path: 'hang', size: 4, language: null, excluded: false }],
      cached: new Map(),
      signal: new AbortController().signal,
      onProgress() {},
    });
    await Promise.all([assert.rejects(running, { code: 'analysis.stopped' }), pool.close()]);
  });

  it('rejects if it is canceled, also while a file hangs', async () => {
    const control = new AbortController();
    const running = pass({ hang: 'hang' }, { signal: control.signal });
    setTimeout(() => control.abort(new Error('cancelled')), 200);
    await assert.rejects(running, /cancelled/);
  });
});
