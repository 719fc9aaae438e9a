import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise } from 'yauzl';
import { AnalysisError } from '../../errors.ts';
import { BufferedFile } from './buffered-file.ts';
import type { ImportLimits, RecordFile, RecordFiles } from './record-files.ts';

/**
 * Opens a zip to read its JSON files. Nothing is written to disk, so that the names in the zip cannot be used as paths.
 * Throws AnalysisError if the file is not a zip or has too many files.
 */
export async function openZip(path: string, limits: ImportLimits): Promise<RecordFiles> {
  const handle = await open(path);
  const zip = basename(path);
  try {
    const file = new BufferedFile(handle);
    const { size } = await handle.stat();
    const archive = await fromRandomAccessReaderPromise(file, size, { strictFileNames: true }).catch((cause: Error) => {
      throw badZip(zip, cause);
    });
    if (archive.entryCount > limits.files) {
      throw new AnalysisError('advisories.too_many_files', `${zip} has more than ${limits.files} files.`);
    }
    const unpack = async (entry: Entry): Promise<Buffer | null> => {
      if (entry.isEncrypted() || entry.uncompressedSize > limits.fileSize || entry.compressedSize > limits.fileSize)
        return null;
      const { fileDataStart } = await archive.readLocalFileHeaderPromise(entry, { minimal: true });
      const packed = await file.bytes(fileDataStart, entry.compressedSize);
      const bytes = unpacked(packed, entry);
      return bytes?.length === entry.uncompressedSize && crc32(bytes) === entry.crc32 ? bytes : null;
    };
    return {
      count: archive.entryCount,
      async *read(signal): AsyncGenerator<RecordFile> {
        const entries = archive.eachEntry();
        for (;;) {
          signal.throwIfAborted();
          const next = await entries.next().catch((cause: Error) => {
            throw badZip(zip, cause);
          });
          if (next.done === true) return;
          const entry = next.value;
          if (!entry.fileName.endsWith('.json')) continue;
          const bytes = await unpack(entry).catch((cause: Error) => {
            throw badZip(zip, cause);
          });
          yield { name: `${zip}: ${entry.fileName}`, bytes };
        }
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Decompresses the data of a zip entry; returns null if the data is damaged or larger than its header says. */
function unpacked(packed: Buffer, { compressionMethod, uncompressedSize }: Entry): Buffer | null {
  if (compressionMethod === 0) return packed;
  if (compressionMethod !== 8) return null;
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(uncompressedSize, 1) });
  } catch {
    return null;
  }
}

function badZip(zip: string, cause: Error): AnalysisError {
  return new AnalysisError('advisories.bad_zip', `${zip} is no zip file that can be read: ${cause.message}`, {
    hint: 'Download it anew: https://storage.googleapis.com/osv-vulnerabilities/npm/all.zip, for example.',
    cause,
  });
}
