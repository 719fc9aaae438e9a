import { createHmac, timingSafeEqual } from 'node:crypto';
import { invalid } from '../errors.ts';

/** Positions in lists, opaque to callers and bound to one list and its filters. */
export interface Cursors {
  write(position: string, list: string): string;
  /** Throws 422 for what this installation did not write for this list. */
  read(cursor: string, list: string): string;
}

const MAC_BYTES = 16;

/** @param key of this installation, so that cursors outlive restarts and hold on every process */
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
