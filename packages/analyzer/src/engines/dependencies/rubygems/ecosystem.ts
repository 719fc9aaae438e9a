import type { EcosystemReader, ReaderResult } from '../ecosystem-reader.ts';
import { folderOf } from '../tree-folders.ts';
import { type GemRequirement, gemfileGraph, readGemfile } from './gemfile.ts';
import { readGemfileLock } from './gemfile-lock.ts';

const locks: Record<string, string> = { 'Gemfile.lock': 'Gemfile', 'gems.locked': 'gems.rb' };
const names = new Set(Object.entries(locks).flat());

/** Reads Bundler's Gemfile and Gemfile.lock, also under their other names. */
export const rubyGemsReader: EcosystemReader = {
  ecosystem: 'RubyGems',
  reads: (_path, name) => names.has(name),
  async read(paths, source): Promise<ReaderResult> {
    const manifests = new Map<string, GemRequirement[]>();
    for (const path of paths) {
      if (locks[nameOf(path)] !== undefined) continue;
      const manifest = await source.parse(path, readGemfile);
      if (manifest !== null) manifests.set(path, manifest);
    }
    const graphs: ReaderResult['graphs'] = [];
    const covered = new Set<string>();
    for (const path of paths) {
      const manifest = locks[nameOf(path)];
      if (manifest === undefined) continue;
      const requested = folderOf(path) === '' ? manifest : `${folderOf(path)}/${manifest}`;
      const graph = await source.parseLockfile(path, (text) => readGemfileLock(text, manifests.get(requested) ?? []));
      if (graph === null) continue;
      graphs.push({ manifest: path, graph });
      covered.add(requested);
    }
    for (const [path, manifest] of manifests) {
      if (!covered.has(path)) graphs.push({ manifest: path, graph: gemfileGraph(manifest) });
    }
    return { graphs };
  },
};

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
