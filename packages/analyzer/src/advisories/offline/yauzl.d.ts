/** What is used of it: the package has no types. https://github.com/thejoshwolfe/yauzl#api */
declare module 'yauzl' {
  export class Entry {
    readonly fileName: string;
    readonly compressedSize: number;
    readonly uncompressedSize: number;
    /** 0 stored, 8 deflated. */
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

  /** Names are checked: an absolute one, or one with `..` or a backslash in it, ends the reading with an error. */
  export function fromRandomAccessReaderPromise(
    reader: RandomAccessReader,
    totalSize: number,
    options: { strictFileNames: boolean },
  ): Promise<ZipFile>;
}
