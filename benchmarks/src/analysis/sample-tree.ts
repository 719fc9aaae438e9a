import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const MODULES = resolve(import.meta.dirname, '../../../node_modules');
/** Published with their sources: JavaScript, TypeScript, Markdown, JSON. */
const PACKAGES = ['fastify', 'undici', 'typescript', 'typebox', 'kysely', 'knip', 'zod', 'ajv'];

export interface SampleTree extends Disposable {
  root: string;
  files: number;
}

/** A folder of at least 5,000 files of real packages. */
export function makeSampleTree(): SampleTree {
  const root = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'commandcenter-tree-'));
  for (const name of PACKAGES) cpSync(join(MODULES, name), join(root, name), { recursive: true });
  return treeAt(root);
}

/** As many files as are asked for, of the same mix: those of `sample` again and again, under other names. */
export function makeTreeOf(sample: SampleTree, files: number): SampleTree {
  const root = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'commandcenter-tree-'));
  const paths = listFiles(sample.root);
  for (let made = 0; made < files; made += 1) {
    // Evenly over the packages, so that a small tree is like a large one.
    const path = paths[Math.floor(((made * paths.length) / Math.min(files, paths.length)) % paths.length)] ?? '';
    const folder = join(root, `copy-${Math.floor(made / paths.length)}`, join(path, '..'));
    mkdirSync(folder, { recursive: true });
    const text = readFileSync(join(sample.root, path));
    // No two copies are equal: nothing is saved by having seen it.
    writeFileSync(
      join(root, `copy-${Math.floor(made / paths.length)}`, path),
      Buffer.concat([text, Buffer.from(`\n// ${made}\n`)]),
    );
  }
  return treeAt(root);
}

/** Changes so many files a little. */
export function changeFiles({ root }: SampleTree, count: number): void {
  const sources = listFiles(root).filter((path) => path.endsWith('.js'));
  for (let n = 0; n < count; n += 1) {
    const path = join(root, sources[Math.floor((n * sources.length) / count)] ?? '');
    writeFileSync(path, `${readFileSync(path, 'utf8')}\nexport const changed${Date.now()}_${n} = ${n};\n`);
  }
}

const treeAt = (root: string): SampleTree => ({
  root,
  files: listFiles(root).length,
  [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
});

const listFiles = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules/'.repeat(2)))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
