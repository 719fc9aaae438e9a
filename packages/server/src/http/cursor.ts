import { createHmac, timingSafeEqual } from 'node:crypto';
import { invalid } from '../errors.ts';

/** Writes and reads the cursors of lists, which are opaque to callers and bound to one list with its filters. */
export interface Cursors {
  write(position: string, list: string): string;
  /** Returns the position in a cursor. Throws ApiError 422 for a text that this installation did not write for this list. */
  read(cursor: string, list: string): string;
}

const MAC_BYTES = 16;

/**
 * Creates the cursors of this installation.
 *
 * @param key secret of the installation, so that cursors survive restarts and are valid in every process
 */
export function createCursors(key: Buffer): Cursors {
  const seal = (position: string, list: string): Buffer =>
    createHmac('sha256', key).update(`${position}\n${list}`).digest().subarray(0, MAC_BYTES);
  return {
    write(position, list) {
      return Buffer.concat([seal(position, list), Buffer.from(position)]).toString('base64url');
    },
    read(cursor, list) {
      const bytes = Buffer.from(cursor, 'base64url');
      const mac = bytes.subarray(0, MAC_BYTES);
      const text = bytes.subarray(MAC_BYTES).toString();
      if (mac.length !== MAC_BYTES || !timingSafeEqual(mac, seal(text, list))) {
        throw invalid([
          { pointer: '/cursor', message: 'is not a next_cursor of this list with these filters; start without one' },
        ]);
      }
      return text;
    },
  };
}
