import type { EcosystemReader, ReaderResult } from '../ecosystem-reader.ts';
import { folderOf, joinPath, parentFolders } from '../tree-folders.ts';
import { type MixRequirement, mixGraph, readMixExs } from './mix-exs.ts';
import { readMixLock } from './mix-lock.ts';

/** Reads mix.exs and mix.lock (Elixir). The lockfile of an umbrella project covers the applications below it. */
export const hexReader: EcosystemReader = {
  ecosystem: 'Hex',
  reads: (_path, name) => name === 'mix.exs' || name === 'mix.lock',
  async read(paths, source): Promise<ReaderResult> {
    const manifests = new Map<string, MixRequirement[]>();
    for (const path of paths) {
      if (!path.endsWith('.exs')) continue;
      const manifest = await source.parse(path, readMixExs);
      if (manifest !== null) manifests.set(folderOf(path), manifest);
    }
    const locks = new Set(paths.filter((path) => path.endsWith('.lock')).map(folderOf));
    const lockOf = (folder: string) => parentFolders(folder).find((other) => locks.has(other));
    const graphs: ReaderResult['graphs'] = [];
    for (const folder of [...locks]) {
      const path = joinPath(folder, 'mix.lock');
      const requested = [...manifests].flatMap(([other, requirements]) =>
        lockOf(other) === folder ? requirements : [],
      );
      const graph = await source.parseLockfile(path, (text) => readMixLock(text, requested));
      if (graph !== null) graphs.push({ manifest: path, graph });
      else locks.delete(folder);
    }
    for (const [folder, manifest] of manifests) {
      if (lockOf(folder) === undefined)
        graphs.push({ manifest: joinPath(folder, 'mix.exs'), graph: mixGraph(manifest) });
    }
    return { graphs };
  },
};
