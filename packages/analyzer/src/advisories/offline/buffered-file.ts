import type { FileHandle } from 'node:fs/promises';
import { RandomAccessReader } from 'yauzl';

const WINDOW = 1024 ** 2;

interface Window {
  start: number;
  bytes: Buffer;
}

/**
 * Reads a file through two buffers of 1 MiB, because a zip of 200,000 small files would otherwise need a million small
 * reads. One buffer follows the directory at the end of the zip, the other one the file contents.
 */
export class BufferedFile extends RandomAccessReader {
  readonly #handle: FileHandle;
  #windows: Window[] = [];

  constructor(handle: FileHandle) {
    super();
    this.#handle = handle;
  }

  /** Reads `length` bytes of the file from offset `start`; returns fewer bytes at the end of the file. */
  async bytes(start: number, length: number): Promise<Buffer> {
    const buffered = this.#windows.find((window) => holds(window, start, length));
    if (buffered !== undefined) return part(buffered, start, length);
    const buffer = Buffer.allocUnsafe(Math.max(WINDOW, length));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await this.#handle.read(buffer, filled, buffer.length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    const window = { start, bytes: buffer.subarray(0, filled) };
    // Replace the one of the two buffers that is nearer to the new position, because reading has moved past it.
    const [first, second] = this.#windows;
    const stays =
      Math.abs((first?.start ?? start) - start) > Math.abs((second?.start ?? start) - start) ? first : second;
    this.#windows = stays === undefined ? [window] : [window, stays];
    return part(window, start, length);
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.bytes(position, length).then(
      (bytes) => callback(null, bytes.copy(buffer, offset)),
      (error: Error) => callback(error),
    );
  }

  override close(callback: (error: Error | null) => void): void {
    this.#windows = [];
    callback(null);
  }
}

const holds = ({ start, bytes }: Window, from: number, length: number): boolean =>
  from >= start && from + length <= start + bytes.length;

const part = ({ start, bytes }: Window, from: number, length: number): Buffer =>
  bytes.subarray(from - start, from - start + length);
