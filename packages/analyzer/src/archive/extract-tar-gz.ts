import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { AnalysisError } from '../errors.ts';
import { FolderWriter } from '../tree/folder-writer.ts';
import { harmlessReasons, SkippedPaths } from '../tree/skipped-paths.ts';
import type { SourceTree } from '../tree/source-tree.ts';
import { assertWithin, type WriteLimits, writeLimits } from '../tree/tree-limits.ts';

export interface ExtractOptions {
  /** Limits of the unpacked files. Default: twice the limits of one tree, because an upload contains `head` and may contain `base`. */
  limits?: WriteLimits;
  signal: AbortSignal;
}

export interface ExtractedArchive {
  files: { path: string; size: number }[];
  skippedPaths: SourceTree['skippedPaths'];
}

const twoTrees: WriteLimits = { ...writeLimits, files: 2 * writeLimits.files, totalSize: 2 * writeLimits.totalSize };
/** Archive entries that are allowed per allowed file: folders and links count as entries. */
const ENTRIES_PER_FILE = 4;
/** Bytes of headers and padding that are allowed per entry. */
const OVERHEAD = 4096;
/** Highest accepted ratio of unpacked to packed bytes. Source code does not reach it; deflate reaches 1032. */
const MAX_COMPRESSION_RATIO = 250;
/** The ratio is checked only above this number of unpacked bytes. */
const RATIO_CHECKED_FROM = 100 * 1024 ** 2;

/**
 * Unpacks a `tar.gz` into an empty, private folder: only regular files, and only with paths inside of the folder. Other
 * entries are listed in the result. Throws AnalysisError: `source.bad_archive` if the stream is not an archive, is
 * truncated or expands too much, `source.too_many_files`, and `source.too_large`.
 */
export async function extractTarGz(
  stream: Readable,
  target: string,
  { limits = twoTrees, signal }: ExtractOptions,
): Promise<ExtractedArchive> {
  const skippedPaths = new SkippedPaths();
  const writer = new FolderWriter(target);
  const files: ExtractedArchive['files'] = [];
  let entries = 0;
  let totalSize = 0;
  let entryError: AnalysisError | undefined;

  /** Returns the reason why an entry is skipped; undefined if its file was opened or it is a folder. */
  const begin = (path: string, { type, size = 0 }: Header): string | undefined => {
    entries += 1;
    assertWithin(limits, Math.floor(entries / ENTRIES_PER_FILE), 0);
    if (type === 'directory') return undefined;
    if (type === 'symlink' || type === 'link') return harmlessReasons.archivedLink;
    if (type !== 'file' && type !== 'contiguous-file') return harmlessReasons.special;
    if (size > limits.fileSize) return `larger than ${limits.fileSize} bytes`;
    const refusal = writer.refusal(path);
    if (refusal !== undefined) return refusal;
    assertWithin(limits, files.length + 1, totalSize + size);
    const reason = writer.begin(path);
    if (reason !== undefined) return reason;
    files.push({ path, size });
    totalSize += size;
    return undefined;
  };

  const unpack = extract();
  unpack.on('entry', (header, content, next) => {
    // Ignore errors of a single entry, because the error of the whole archive is reported.
    content.on('error', () => undefined);
    try {
      const path = header.name.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
      const reason = begin(path, header);
      if (reason !== undefined) skippedPaths.add(reason, path);
      const kept = reason === undefined && header.type !== 'directory';
      content.on('data', (bytes) => {
        if (kept) writer.write(bytes as Uint8Array);
      });
      content.on('end', () => {
        writer.end();
        next();
      });
    } catch (error) {
      if (error instanceof AnalysisError) entryError = error;
      next(error instanceof Error ? error : new Error(String(error)));
    }
  });
  const gunzip = createGunzip();
  const maxUnpackedBytes = limits.totalSize + ENTRIES_PER_FILE * limits.files * OVERHEAD;
  const guard = createGuard(maxUnpackedBytes, () => gunzip.bytesWritten);
  try {
    await pipeline(stream, gunzip, guard, unpack as unknown as NodeJS.WritableStream, { signal });
    return { files, skippedPaths: skippedPaths.list() };
  } catch (error) {
    signal.throwIfAborted();
    if (entryError !== undefined) throw entryError;
    if (error instanceof AnalysisError || isSystemError(error)) throw error;
    throw new AnalysisError('source.bad_archive', 'The uploaded source is no tar.gz archive, or was cut short.', {
      hint: 'Upload it again: made by `tar -czf`, with the folder `head` and, for comparison, `base` in it.',
      cause: error,
    });
  } finally {
    writer.end();
  }
}

function createGuard(maxUnpackedBytes: number, bytesIn: () => number): Transform {
  let bytesOut = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytesOut += chunk.length;
      if (bytesOut > maxUnpackedBytes) {
        done(
          new AnalysisError('source.too_large', `The archive unfolds to more than ${maxUnpackedBytes} bytes.`, {
            hint: HINT,
          }),
        );
      } else if (bytesOut > RATIO_CHECKED_FROM && bytesOut > MAX_COMPRESSION_RATIO * bytesIn()) {
        const message = `The archive unfolds to more than ${MAX_COMPRESSION_RATIO} times its size.`;
        done(new AnalysisError('source.bad_archive', message, { hint: HINT }));
      } else done(null, chunk);
    },
  });
}

const HINT = 'Leave generated and large files out of it.';

/** A system error, such as a full disk, is not the archive's error. */
const isSystemError = (error: unknown): boolean => error instanceof Error && 'syscall' in error;
