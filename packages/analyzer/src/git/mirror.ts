import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runGit } from './run-git.ts';
import { GitFailedError } from './stream-git.ts';

/** A bare repository with commits that were fetched from one address. */
export interface Mirror {
  gitDirectory: string;
  /** Runs work that writes into the mirror while no other process writes. Reading needs no lock. */
  exclusively<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** Opens or creates a mirror in a private folder that nobody else uses. */
export async function openMirror(gitDirectory: string, signal: AbortSignal): Promise<Mirror> {
  await prepareMirror(gitDirectory, signal);
  return { gitDirectory, exclusively: (work) => work() };
}

/** Creates the mirror if it does not exist or is unusable, and removes temporary files of killed fetches. */
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

/** Replaces the mirror by an empty one. */
export async function renewMirror(gitDirectory: string, signal: AbortSignal): Promise<void> {
  await removeMirror(gitDirectory);
  await mkdir(dirname(gitDirectory), { recursive: true, mode: 0o700 });
  await runGit(['init', '--quiet', '--bare', '--template=', '--initial-branch=none', gitDirectory], { signal });
}

/** Text in the names of folders that are being removed, by which they are recognized. */
export const REMOVED_MARK = '.removed-';

/** Renames the mirror before deleting it, so that a concurrent reader sees either all of it or nothing. */
export async function removeMirror(gitDirectory: string): Promise<void> {
  const aside = `${gitDirectory}${REMOVED_MARK}${randomUUID()}`;
  await rename(gitDirectory, aside).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  });
  await rm(aside, { recursive: true, force: true });
}

/** Returns the size of the packs, which hold nearly all data, and their number. */
export async function packedSize(gitDirectory: string): Promise<{ bytes: number; packs: number }> {
  const folder = packFolder(gitDirectory);
  let bytes = 0;
  let packs = 0;
  for (const name of await namesIn(folder)) {
    // Count a file as empty if it was removed meanwhile.
    bytes += (await stat(join(folder, name)).catch(() => ({ size: 0 }))).size;
    if (name.endsWith('.pack')) packs += 1;
  }
  return { bytes, packs };
}

const packFolder = (gitDirectory: string): string => join(gitDirectory, 'objects', 'pack');
/** A folder that does not exist yet has no names. */
const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
