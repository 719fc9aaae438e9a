/** Types of the parts of yauzl that are used here; the package has none. https://github.com/thejoshwolfe/yauzl#api */
declare module 'yauzl' {
  export class Entry {
    readonly fileName: string;
    readonly compressedSize: number;
    readonly uncompressedSize: number;
    /** Compression of the zip entry: 0 means stored, 8 means deflated. */
    readonly compressionMethod: number;
    readonly crc32: number;
    isEncrypted(): boolean;
  }

  export class ZipFile {
    readonly entryCount: number;
    eachEntry(): AsyncIterableIterator<Entry>;
    readLocalFileHeaderPromise(entry: Entry, options: { minimal: true }): Promise<{ fileDataStart: number }>;
    close(): void;
  }

  export abstract class RandomAccessReader {
    read(
      buffer: Buffer,
      offset: number,
      length: number,
      position: number,
      callback: (error: Error | null, bytesRead?: number) => void,
    ): void;
    close(callback: (error: Error | null) => void): void;
  }

  /** With `strictFileNames`, a name that is absolute or contains `..` or a backslash ends reading with an error. */
  export function fromRandomAccessReaderPromise(
    reader: RandomAccessReader,
    totalSize: number,
    options: { strictFileNames: boolean },
  ): Promise<ZipFile>;
}
