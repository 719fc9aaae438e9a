import { createWriteStream } from 'node:fs';
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Pack, pack } from 'tar-stream';
import { ActionError } from '../action-error.ts';
import { git, readBlobs } from './git.ts';

export interface SourceArchive {
  file: string;
  bytes: number;
  /** Id of the packed commit; null if the files of the workspace were packed. */
  head: string | null;
  hasBase: boolean;
  files: number;
  /** Entries that were not packed, to be reported to people. */
  skipped: Skipped;
}

export interface Skipped {
  /** Paths of some of the files that were not packed because they are too large. */
  large: string[];
  largeCount: number;
  /** Number of symbolic links that were not packed, because the archive contains only regular files. */
  links: number;
  submodules: number;
  /** Paths of some of the installed dependencies that were not packed; only filled for a folder without git. */
  ignored: string[];
}

export interface ArchiveRequest {
  workspace: string;
  /** Ids of the commits to pack, in the order of preference; null to pack the files in the workspace, which has no git. */
  heads: readonly string[] | null;
  base: string | null;
  /** Path of the archive to write. */
  file: string;
  /** Fetches a commit that the checkout lacks; returns false if that is not possible. */
  fetchCommit(sha: string): Promise<boolean>;
}

const LARGE_BYTES = 50 * 1024 * 1024;
const MAX_FILES = 100_000;
/** Largest archive in bytes that the server accepts. */
const MAX_ARCHIVE_BYTES = 256 * 1024 * 1024;
const SHOWN = 5;
const notSource = new Set(['.git', 'node_modules']);

/**
 * Packs the head and, if available, the base as one tar.gz with the folders `head` and `base`. The files come from git's objects, so
 * ignored and built files are missing, and no attribute of the repository changes the content. Throws `ActionError` if there is no head or
 * the archive is too large.
 */
export async function packSource({
  workspace,
  heads,
  base,
  file,
  fetchCommit,
}: ArchiveRequest): Promise<SourceArchive> {
  const skipped: Skipped = { large: [], largeCount: 0, links: 0, submodules: 0, ignored: [] };
  const tar = pack();
  const written = pipeline(
    tar as unknown as NodeJS.ReadableStream,
    createGzip(),
    createWriteStream(file, { mode: 0o600 }),
  );
  let files = 0;
  let hasBase = false;
  let head: string | null = null;
  const fill = async (): Promise<void> => {
    if (heads === null) files += await packFolder(tar, workspace, skipped);
    else {
      head = await findFirstAvailable(workspace, heads, fetchCommit);
      if (head === null) {
        throw new ActionError(
          'incomplete',
          `The server cannot read the repository, and commit ${heads[0]} is not in the checkout. Set \`fetch-depth: 0\` for actions/checkout, so that the commit can be uploaded.`,
        );
      }
      files += await packCommit(tar, workspace, head, 'head', skipped);
      if (base !== null && (await isAvailable(workspace, base, fetchCommit))) {
        files += await packCommit(tar, workspace, base, 'base', skipped);
        hasBase = true;
      }
    }
    tar.finalize();
  };
  await Promise.all([
    written,
    fill().catch((error: Error) => {
      tar.destroy(error);
      throw error;
    }),
  ]);
  if (files === 0) {
    throw new ActionError(
      'incomplete',
      'The server cannot read the repository, and there is no checkout to upload. Run actions/checkout before this step.',
    );
  }
  const { size: bytes } = await stat(file);
  if (bytes > MAX_ARCHIVE_BYTES) {
    throw new ActionError(
      'incomplete',
      `The packed source has ${formatSize(bytes)}, and the server accepts at most ${formatSize(MAX_ARCHIVE_BYTES)}. Connect a GitHub integration that may read the repository, so that the server fetches it itself.`,
    );
  }
  return { file, bytes, head, hasBase, files, skipped };
}

export function formatSize(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KiB` : `${Math.ceil(bytes / 1024 / 1024)} MiB`;
}

async function findFirstAvailable(
  workspace: string,
  shas: readonly string[],
  fetchCommit: ArchiveRequest['fetchCommit'],
): Promise<string | null> {
  for (const sha of shas) if (await isAvailable(workspace, sha, fetchCommit)) return sha;
  return null;
}

async function isAvailable(
  workspace: string,
  sha: string,
  fetchCommit: ArchiveRequest['fetchCommit'],
): Promise<boolean> {
  const exists = async (): Promise<boolean> => (await git(workspace, ['cat-file', '-e', `${sha}^{tree}`])) !== null;
  return (await exists()) || ((await fetchCommit(sha)) && (await exists()));
}

async function packCommit(
  tar: Pack,
  workspace: string,
  sha: string,
  folder: string,
  skipped: Skipped,
): Promise<number> {
  const listing = await git(workspace, ['ls-tree', '-r', '-z', '-l', '--full-tree', sha]);
  if (listing === null) throw new ActionError('incomplete', `git cannot list the files of commit ${sha}.`);
  const blobs: { id: string; path: string; mode: number }[] = [];
  for (const line of listing.split('\0')) {
    const [, mode = '', type, id = '', size = '', path = ''] =
      /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t([\s\S]+)$/.exec(line) ?? [];
    if (mode === '120000') skipped.links += 1;
    if (type === 'commit') skipped.submodules += 1;
    if (type !== 'blob' || mode === '120000') continue;
    if (isLarge(Number(size), path, skipped)) continue;
    blobs.push({ id, path, mode: mode === '100755' ? 0o755 : 0o644 });
  }
  assertFileCount(blobs.length);
  let index = 0;
  for await (const bytes of readBlobs(
    workspace,
    blobs.map(({ id }) => id),
  )) {
    const { path = '', mode = 0o644 } = blobs[index] ?? {};
    await addFile(tar, `${folder}/${path}`, mode, bytes);
    index += 1;
  }
  return blobs.length;
}

/** Packs the files of a folder without git. Nothing defines which files are ignored, so the folders of package managers are left out. */
async function packFolder(tar: Pack, root: string, skipped: Skipped): Promise<number> {
  let files = 0;
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (notSource.has(entry.name)) {
        if (entry.name !== '.git' && skipped.ignored.length < SHOWN) skipped.ignored.push(path);
      } else if (entry.isDirectory()) await walk(path);
      else if (entry.isSymbolicLink()) skipped.links += 1;
      else if (entry.isFile()) {
        const { size, mode } = await lstat(join(root, path));
        if (isLarge(size, path, skipped)) continue;
        files += 1;
        assertFileCount(files);
        await addFile(tar, `head/${path}`, mode & 0o777, await readFile(join(root, path)));
      }
    }
  };
  await walk('');
  return files;
}

function isLarge(size: number, path: string, skipped: Skipped): boolean {
  if (size <= LARGE_BYTES) return false;
  skipped.largeCount += 1;
  if (skipped.large.length < SHOWN) skipped.large.push(path);
  return true;
}

function assertFileCount(files: number): void {
  if (files <= MAX_FILES) return;
  throw new ActionError(
    'incomplete',
    `The repository has more than ${MAX_FILES.toLocaleString('en')} files, which is the limit for an upload. Connect a GitHub integration that may read it, so that the server fetches it itself.`,
  );
}

function addFile(tar: Pack, name: string, mode: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry({ name, mode, size: bytes.length, mtime: new Date(0) }, bytes, (error) =>
      error ? reject(error) : resolve(),
    );
  });
}
