import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runGit } from './run-git.ts';
import { GitFailedError } from './stream-git.ts';

/** A bare repository of ours that holds what was fetched from one address. */
export interface Mirror {
  gitDirectory: string;
  /** Does what writes into it when nobody else does, in no process. Reading needs no such care. */
  exclusively<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** One that nobody else uses: in a private folder. Made where it is not there. */
export async function openMirror(gitDirectory: string, signal: AbortSignal): Promise<Mirror> {
  await prepareMirror(gitDirectory, signal);
  return { gitDirectory, exclusively: (work) => work() };
}

/** Makes it where there is none, anew where it is not usable, and removes what a fetch that was killed left behind. */
export async function prepareMirror(gitDirectory: string, signal: AbortSignal): Promise<void> {
  try {
    await runGit(['rev-parse', '--is-bare-repository'], { gitDirectory, signal });
  } catch (error) {
    if (!(error instanceof GitFailedError)) throw error;
    await renewMirror(gitDirectory, signal);
  }
  await rm(join(gitDirectory, 'shallow.lock'), { force: true });
  for (const name of await namesIn(packFolder(gitDirectory))) {
    if (name.startsWith('tmp_')) await rm(join(packFolder(gitDirectory), name), { force: true });
  }
}

/** Throws away what it holds. */
export async function renewMirror(gitDirectory: string, signal: AbortSignal): Promise<void> {
  await removeMirror(gitDirectory);
  await mkdir(dirname(gitDirectory), { recursive: true, mode: 0o700 });
  await runGit(['init', '--quiet', '--bare', '--template=', '--initial-branch=none', gitDirectory], { signal });
}

/** In the names of what is being removed. */
export const REMOVED = '.removed-';

/** Away from its place first: who opens it meanwhile finds all of it or nothing. */
export async function removeMirror(gitDirectory: string): Promise<void> {
  const aside = `${gitDirectory}${REMOVED}${randomUUID()}`;
  await rename(gitDirectory, aside).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  });
  await rm(aside, { recursive: true, force: true });
}

/** Bytes of its packs, where nearly all is; and how many packs they are. */
export async function packedSize(gitDirectory: string): Promise<{ bytes: number; packs: number }> {
  const folder = packFolder(gitDirectory);
  let bytes = 0;
  let packs = 0;
  for (const name of await namesIn(folder)) {
    // Removed while it was listed: it takes no place any more.
    bytes += (await stat(join(folder, name)).catch(() => ({ size: 0 }))).size;
    if (name.endsWith('.pack')) packs += 1;
  }
  return { bytes, packs };
}

const packFolder = (gitDirectory: string): string => join(gitDirectory, 'objects', 'pack');
const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
