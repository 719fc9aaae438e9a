import type { EcosystemReader, ReaderResult } from '../ecosystem-reader.ts';
import { folderOf, joinPath } from '../tree-folders.ts';
import { type Pubspec, parsePubspec, pubspecGraph } from './pubspec.ts';
import { readPubspecLock } from './pubspec-lock.ts';

/** Reads pubspec.yaml and pubspec.lock (Dart and Flutter). */
export const pubReader: EcosystemReader = {
  ecosystem: 'Pub',
  reads: (_path, name) => name === 'pubspec.yaml' || name === 'pubspec.lock',
  async read(paths, source): Promise<ReaderResult> {
    const manifests = new Map<string, Pubspec>();
    for (const path of paths) {
      if (!path.endsWith('.yaml')) continue;
      const manifest = await source.parse(path, parsePubspec);
      if (manifest !== null) manifests.set(folderOf(path), manifest);
    }
    const graphs: ReaderResult['graphs'] = [];
    const covered = new Set<string>();
    for (const path of paths) {
      if (!path.endsWith('.lock')) continue;
      const folder = folderOf(path);
      const graph = await source.parseLockfile(path, (text) => readPubspecLock(text, manifests.get(folder)));
      if (graph === null) continue;
      graphs.push({ manifest: path, graph });
      covered.add(folder);
    }
    for (const [folder, manifest] of manifests) {
      if (!covered.has(folder))
        graphs.push({ manifest: joinPath(folder, 'pubspec.yaml'), graph: pubspecGraph(manifest) });
    }
    return { graphs };
  },
};
