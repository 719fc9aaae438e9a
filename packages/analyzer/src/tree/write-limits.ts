import { type TreeLimits, treeLimits } from './limits.ts';

export interface WriteLimits extends TreeLimits {
  /** Maximum size of a file in bytes; larger files are skipped. */
  fileSize: number;
}

export const writeLimits: WriteLimits = { ...treeLimits, fileSize: 100 * 1024 ** 2 };
