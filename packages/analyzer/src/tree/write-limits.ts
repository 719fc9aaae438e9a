import { type TreeLimits, treeLimits } from './limits.ts';

export interface WriteLimits extends TreeLimits {
  /** Bytes: a larger file is left out. */
  fileSize: number;
}

export const writeLimits: WriteLimits = { ...treeLimits, fileSize: 100 * 1024 ** 2 };
