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
  /** Null: what lay in the workspace. */
  head: string | null;
  hasBase: boolean;
  files: number;
  /** What was not packed, for people. */
  leftOut: LeftOut;
}

export interface LeftOut {
  /** Larger than what is packed: some of their paths. */
  large: string[];
  largeCount: number;
  /** Not followed. */
  links: number;
  submodules: number;
  /** Of a folder without git: what is installed, not source. */
  ignored: string[];
}

export interface ArchiveRequest {
  workspace: string;
  /** The first of them that can be had; null: what lies in the workspace, which has no git. */
  heads: readonly string[] | null;
  base: string | null;
  /** To be written. */
  file: string;
  /** Brings a commit that the checkout lacks; false when it cannot be had. */
  fetchCommit(sha: string): Promise<boolean>;
}

const LARGE_BYTES = 50 * 1024 * 1024;
const MOST_FILES = 100_000;
/** As the server takes it. */
const MOST_ARCHIVE_BYTES = 256 * 1024 * 1024;
const SHOWN = 5;
const notSource = new Set(['.git', 'node_modules']);

/**
 * The head and, where it can be had, the base as one tar.gz with the folders `head` and `base`. Files come from git's objects: what is
 * ignored or built is not among them, and no setting or attribute of the repository changes them.
 */
export async function packSource({
  workspace,
  heads,
  base,
  file,
  fetchCommit,
}: ArchiveRequest): Promise<SourceArchive> {
  const leftOut: LeftOut = { large: [], largeCount: 0, links: 0, submodules: 0, ignored: [] };
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
    if (heads === null) files += await packFolder(tar, workspace, leftOut);
    else {
      head = await firstThere(workspace, heads, fetchCommit);
      if (head === null) {
        throw new ActionError(
          'incomplete',
          `The server cannot read the repository, and commit ${heads[0]} is not in the checkout. Set \`fetch-depth: 0\` at actions/checkout, so that it can be uploaded.`,
        );
      }
      files += await packCommit(tar, workspace, head, 'head', leftOut);
      if (base !== null && (await isThere(workspace, base, fetchCommit))) {
        files += await packCommit(tar, workspace, base, 'base', leftOut);
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
      'The server cannot read the repository, and nothing is checked out that could be uploaded. Put actions/checkout before this step.',
    );
  }
  const { size: bytes } = await stat(file);
  if (bytes > MOST_ARCHIVE_BYTES) {
    throw new ActionError(
      'incomplete',
      `The source is ${sizeInWords(bytes)} when packed, and the server takes ${sizeInWords(MOST_ARCHIVE_BYTES)}. Let the server fetch the repository itself: connect a GitHub integration that may read it.`,
    );
  }
  return { file, bytes, head, hasBase, files, leftOut };
}

export function sizeInWords(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KiB` : `${Math.ceil(bytes / 1024 / 1024)} MiB`;
}

async function firstThere(
  workspace: string,
  shas: readonly string[],
  fetchCommit: ArchiveRequest['fetchCommit'],
): Promise<string | null> {
  for (const sha of shas) if (await isThere(workspace, sha, fetchCommit)) return sha;
  return null;
}

async function isThere(workspace: string, sha: string, fetchCommit: ArchiveRequest['fetchCommit']): Promise<boolean> {
  const look = async (): Promise<boolean> => (await git(workspace, ['cat-file', '-e', `${sha}^{tree}`])) !== null;
  return (await look()) || ((await fetchCommit(sha)) && (await look()));
}

async function packCommit(
  tar: Pack,
  workspace: string,
  sha: string,
  folder: string,
  leftOut: LeftOut,
): Promise<number> {
  const listing = await git(workspace, ['ls-tree', '-r', '-z', '-l', '--full-tree', sha]);
  if (listing === null) throw new ActionError('incomplete', `git cannot list the files of commit ${sha}.`);
  const blobs: { id: string; path: string; mode: number }[] = [];
  for (const line of listing.split('\0')) {
    const [, mode = '', type, id = '', size = '', path = ''] =
      /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t([\s\S]+)$/.exec(line) ?? [];
    if (mode === '120000') leftOut.links += 1;
    if (type === 'commit') leftOut.submodules += 1;
    if (type !== 'blob' || mode === '120000') continue;
    if (isLarge(Number(size), path, leftOut)) continue;
    blobs.push({ id, path, mode: mode === '100755' ? 0o755 : 0o644 });
  }
  assertFew(blobs.length);
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

/** Without git nothing tells what is ignored: what a package manager installs is left out. */
async function packFolder(tar: Pack, root: string, leftOut: LeftOut): Promise<number> {
  let files = 0;
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (notSource.has(entry.name)) {
        if (entry.name !== '.git' && leftOut.ignored.length < SHOWN) leftOut.ignored.push(path);
      } else if (entry.isDirectory()) await walk(path);
      else if (entry.isSymbolicLink()) leftOut.links += 1;
      else if (entry.isFile()) {
        const { size, mode } = await lstat(join(root, path));
        if (isLarge(size, path, leftOut)) continue;
        files += 1;
        assertFew(files);
        await addFile(tar, `head/${path}`, mode & 0o777, await readFile(join(root, path)));
      }
    }
  };
  await walk('');
  return files;
}

function isLarge(size: number, path: string, leftOut: LeftOut): boolean {
  if (size <= LARGE_BYTES) return false;
  leftOut.largeCount += 1;
  if (leftOut.large.length < SHOWN) leftOut.large.push(path);
  return true;
}

function assertFew(files: number): void {
  if (files <= MOST_FILES) return;
  throw new ActionError(
    'incomplete',
    `The repository has more than ${MOST_FILES.toLocaleString('en')} files, which is more than can be uploaded. Let the server fetch it itself: connect a GitHub integration that may read it.`,
  );
}

function addFile(tar: Pack, name: string, mode: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry({ name, mode, size: bytes.length, mtime: new Date(0) }, bytes, (error) =>
      error ? reject(error) : resolve(),
    );
  });
}
