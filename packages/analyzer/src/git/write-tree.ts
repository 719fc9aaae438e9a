import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { FolderWriter } from '../tree/folder-writer.ts';
import { harmlessReasons, SkippedPaths } from '../tree/skipped-paths.ts';
import type { SourceTree } from '../tree/source-tree.ts';
import { assertWithin, type WriteLimits, writeLimits } from '../tree/tree-limits.ts';
import { listTree, type TreeEntry } from './list-tree.ts';
import { type BlobSink, readBlobs } from './read-blobs.ts';

export interface WrittenFile {
  path: string;
  /** Size of the written file in bytes. */
  size: number;
  /** Object id of the blob with the file's content. */
  blob: string;
}

export interface WrittenTree {
  files: WrittenFile[];
  skippedPaths: SourceTree['skippedPaths'];
}

export interface WriteTreeOptions {
  gitDirectory: string;
  commit: string;
  /** An empty, private folder into which the files are written. */
  target: string;
  /** Folder of the commit that becomes the root of the written tree; default: the whole commit. */
  folder?: string;
  limits?: WriteLimits;
  /**
   * A tree that was written before into another folder: equal files become hard links instead of being written again. Neither tree may be
   * modified later.
   */
  reuse?: { folder: string; files: readonly WrittenFile[] };
  signal: AbortSignal;
  /** Called with the number of written files and the number of all files. */
  onProgress?(done: number, all: number): void;
}

/**
 * Writes the files of a commit into a folder. Unlike a checkout, it applies no filters, hooks, attributes or LFS of the
 * repository, and it skips symbolic links and submodules. Throws AnalysisError `source.too_many_files` and
 * `source.too_large` before anything is written.
 */
export async function writeTree(options: WriteTreeOptions): Promise<WrittenTree> {
  const { gitDirectory, target, limits = writeLimits, reuse, signal, onProgress } = options;
  const skippedPaths = new SkippedPaths();
  const writer = new FolderWriter(target);
  const taken: TreeEntry[] = [];
  for (const [index, entry] of (await listTree({ ...options, limits })).entries()) {
    if (index % YIELD_AFTER === 0) await setImmediate();
    const reason = refusalOf(entry, limits) ?? writer.refusal(entry.path);
    if (reason === undefined) taken.push(entry);
    else skippedPaths.add(reason, entry.path);
  }
  const totalSize = taken.reduce((sum, { size }) => sum + size, 0);
  assertWithin(limits, taken.length, totalSize);

  const files: WrittenFile[] = [];
  const toRead: TreeEntry[] = [];
  const written = new Map(reuse?.files.map(({ blob, path }) => [blob, path]));
  for (const [index, entry] of taken.entries()) {
    if (index % YIELD_AFTER === 0) await setImmediate();
    const { object: blob, path, size } = entry;
    const before = written.get(blob);
    if (reuse !== undefined && before !== undefined && writer.link(join(reuse.folder, before), path)) {
      files.push({ path, size, blob });
    } else toRead.push(entry);
  }
  const sink = new FileSink(toRead, writer, (entry, reason) => {
    if (reason === undefined) files.push({ path: entry.path, size: entry.size, blob: entry.object });
    else skippedPaths.add(reason, entry.path);
    onProgress?.(files.length, taken.length);
  });
  try {
    await readBlobs(
      { gitDirectory, blobs: toRead.map(({ object }) => object), signal, timeLimitMs: TIME_LIMIT_MS },
      sink,
    );
  } finally {
    writer.end();
  }
  return { files, skippedPaths: skippedPaths.list() };
}

const TIME_LIMIT_MS = 600_000;
/** Entries to process before yielding to the event loop. */
const YIELD_AFTER = 200;

function refusalOf({ kind, size }: TreeEntry, limits: WriteLimits): string | undefined {
  if (kind === 'link') return harmlessReasons.link;
  if (kind === 'submodule') return harmlessReasons.submodule;
  return size > limits.fileSize ? `larger than ${limits.fileSize} bytes` : undefined;
}

/** Pointers are smaller than 1024 bytes: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1\n';
const MAX_POINTER_BYTES = 1023;

type OnFile = (entry: TreeEntry, skipReason: string | undefined) => void;

/**
 * Writes files one after the other. Small files are buffered until they are complete, because they may be LFS pointers,
 * which are skipped.
 */
class FileSink implements BlobSink {
  readonly #entries: readonly TreeEntry[];
  readonly #writer: FolderWriter;
  readonly #onFile: OnFile;
  #entry: TreeEntry | undefined;
  #held: Buffer[] | undefined;
  #reason: string | undefined;

  constructor(entries: readonly TreeEntry[], writer: FolderWriter, onFile: OnFile) {
    this.#entries = entries;
    this.#writer = writer;
    this.#onFile = onFile;
  }

  begin(index: number, size: number): void {
    this.#entry = this.#entries[index];
    this.#held = size <= MAX_POINTER_BYTES ? [] : undefined;
    this.#reason = this.#held === undefined ? this.#writer.begin(this.#entry?.path ?? '') : undefined;
  }

  write(bytes: Buffer): void {
    if (this.#held !== undefined) this.#held.push(Buffer.from(bytes));
    else if (this.#reason === undefined) this.#writer.write(bytes);
  }

  end(): void {
    if (this.#entry === undefined) return;
    if (this.#held !== undefined) {
      const bytes = this.#held.length === 1 ? (this.#held[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#held);
      if (bytes.toString('latin1', 0, LFS_POINTER.length) === LFS_POINTER) {
        this.#reason = harmlessReasons.lfs;
      } else {
        this.#reason = this.#writer.begin(this.#entry.path);
        if (this.#reason === undefined) this.#writer.write(bytes);
      }
    }
    this.#writer.end();
    this.#onFile(this.#entry, this.#reason);
  }
}
