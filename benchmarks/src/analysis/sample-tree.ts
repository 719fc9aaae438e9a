import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const MODULES = resolve(import.meta.dirname, '../../../node_modules');
/** Names of npm packages that are published with their sources: JavaScript, TypeScript, Markdown and JSON. */
const PACKAGES = ['fastify', 'undici', 'typescript', 'typebox', 'kysely', 'knip', 'zod', 'ajv'];

export interface SampleTree extends Disposable {
  root: string;
  files: number;
}

/** Creates a folder with at least 5,000 files of real packages. */
export function makeSampleTree(): SampleTree {
  const root = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'commandcenter-tree-'));
  for (const name of PACKAGES) cpSync(join(MODULES, name), join(root, name), { recursive: true });
  return treeAt(root);
}

/** Creates a tree with the given number of files, by repeating those of `sample` under other names. */
export function makeTreeOf(sample: SampleTree, files: number): SampleTree {
  const root = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'commandcenter-tree-'));
  const paths = listFiles(sample.root);
  for (let made = 0; made < files; made += 1) {
    // Take files evenly from all packages, so that a small tree has the same mix as a large one.
    const path = paths[Math.floor(((made * paths.length) / Math.min(files, paths.length)) % paths.length)] ?? '';
    const folder = join(root, `copy-${Math.floor(made / paths.length)}`, join(path, '..'));
    mkdirSync(folder, { recursive: true });
    const text = readFileSync(join(sample.root, path));
    // Make every copy different, so that no result can be reused.
    writeFileSync(
      join(root, `copy-${Math.floor(made / paths.length)}`, path),
      Buffer.concat([text, Buffer.from(`\n// ${made}\n`)]),
    );
  }
  return treeAt(root);
}

/** Changes the given number of files by appending a line. */
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
