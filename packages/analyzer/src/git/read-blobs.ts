import { setImmediate } from 'node:timers/promises';
import { missingObjects, streamGit } from './stream-git.ts';

/** Receives blobs one after the other, each in several chunks. */
export interface BlobSink {
  /**
   * Called at the beginning of a blob.
   * @param index position of the blob in the request
   */
  begin(index: number, size: number): void;
  /** Called with the next bytes of the blob, which are valid until the next call. */
  write(bytes: Buffer): void;
  end(): void | Promise<void>;
}

export interface ReadBlobsOptions {
  gitDirectory: string;
  blobs: readonly string[];
  signal: AbortSignal;
  timeLimitMs?: number;
}

/** Bytes to process before yielding to the event loop: some hundred small files. */
const YIELD_AFTER = 16_384;
const MAX_HEADER_LENGTH = 200;
const LINE_FEED = 0x0a;

/**
 * Reads the contents of blobs in the requested order with one git process:
 * https://git-scm.com/docs/git-cat-file#_batch_output. Contents are neither filtered nor converted. Throws
 * AnalysisError `source.missing_objects` if a blob does not exist.
 */
export async function readBlobs(options: ReadBlobsOptions, sink: BlobSink): Promise<void> {
  const { blobs, ...rest } = options;
  if (blobs.length === 0) return;
  let index = 0;
  let header = '';
  /** Remaining bytes of the blob including the line feed after it; undefined while reading a header. */
  let left: number | undefined;

  const take = async (bytes: Buffer): Promise<void> => {
    let at = 0;
    while (at < bytes.length) {
      if (left === undefined) {
        const end = bytes.indexOf(LINE_FEED, at);
        header += bytes.toString('latin1', at, end < 0 ? bytes.length : end);
        if (header.length > MAX_HEADER_LENGTH) throw missingObjects(header);
        if (end < 0) return;
        at = end + 1;
        const size = sizeOf(header);
        if (size === undefined) throw missingObjects(header);
        sink.begin(index, size);
        left = size + 1;
        header = '';
      } else {
        const end = Math.min(bytes.length, at + left);
        const content = end - at === left ? end - 1 : end;
        if (content > at) sink.write(bytes.subarray(at, content));
        left -= end - at;
        at = end;
        if (left > 0) continue;
        await sink.end();
        left = undefined;
        index += 1;
      }
    }
  };

  const input = (function* () {
    for (const blob of blobs) yield `${blob}\n`;
  })();
  for await (const chunk of streamGit(['cat-file', '--batch', '--buffer'], { ...rest, input })) {
    for (let at = 0; at < chunk.length; at += YIELD_AFTER) {
      await take(chunk.subarray(at, at + YIELD_AFTER));
      await setImmediate();
    }
  }
  if (index < blobs.length) throw missingObjects(`${blobs[index]} missing`);
}

/** Parses the header of a blob, `<object> SP blob SP <size>`; returns the size. */
function sizeOf(header: string): number | undefined {
  const [, type, size] = header.split(' ');
  return type === 'blob' && size !== undefined && /^\d+$/.test(size) ? Number(size) : undefined;
}
