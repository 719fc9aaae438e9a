import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { extractTarGz } from '../archive/extract-tar-gz.ts';
import type { AnalysisSource } from '../run/settings.ts';
import type { OpenedSource } from './opened-source.ts';

export interface UnpackSourceOptions {
  /** Private folder, in which the folder `source` is made. */
  folder: string;
  /** The commits that the archive is said to contain. */
  commits: { head?: string | undefined; base?: string | undefined };
  signal: AbortSignal;
}

/**
 * Unpacks a `tar.gz` with the folder `head` and, to compare with, `base`. An archive without the folder `head` is the
 * head itself. Throws like `extractTarGz`.
 */
export async function unpackSource(
  archive: AsyncIterable<Buffer>,
  { folder, commits, signal }: UnpackSourceOptions,
): Promise<OpenedSource> {
  const root = join(folder, 'source');
  await mkdir(root, { mode: 0o700 });
  const { skippedPaths } = await extractTarGz(Readable.from(archive), root, { signal });
  const hasHead = existsSync(join(root, 'head'));
  const hasBase = hasHead && existsSync(join(root, 'base'));
  const sourceOf = (name: 'head' | 'base'): AnalysisSource => ({
    root: hasHead ? join(root, name) : root,
    skippedPaths,
    gitDirectory: null,
    commit: commits[name] ?? null,
  });
  return { head: sourceOf('head'), base: hasBase ? sourceOf('base') : null };
}
