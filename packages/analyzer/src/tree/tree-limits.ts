import { AnalysisError } from '../errors.ts';

export interface TreeLimits {
  files: number;
  /** Maximum size of all files together in bytes. */
  totalSize: number;
}

export const treeLimits: TreeLimits = { files: 100_000, totalSize: 2 * 1024 ** 3 };

export function assertWithin(limits: TreeLimits, files: number, totalSize: number): void {
  if (files > limits.files) {
    throw new AnalysisError('source.too_many_files', `The repository has more than ${limits.files} files.`, {
      hint: 'Analyze a folder of it, or leave generated and vendored files out of the repository.',
    });
  }
  if (totalSize > limits.totalSize) {
    throw new AnalysisError('source.too_large', `The repository has more than ${limits.totalSize} bytes of files.`, {
      hint: 'Analyze a folder of it, or keep large files elsewhere.',
    });
  }
}

export interface WriteLimits extends TreeLimits {
  /** Maximum size of a file in bytes; larger files are skipped. */
  fileSize: number;
}

export const writeLimits: WriteLimits = { ...treeLimits, fileSize: 100 * 1024 ** 2 };
