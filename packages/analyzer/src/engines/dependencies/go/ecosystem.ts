import type { EcosystemReader } from '../ecosystem-reader.ts';
import { readGoMod } from './go-mod.ts';

/** Reads only go.mod, which lists every module of the build. go.sum has hashes of more modules than are used. */
export const goReader: EcosystemReader = {
  ecosystem: 'Go',
  reads: (_path, name) => name === 'go.mod',
  async read(paths, source) {
    const graphs = [];
    for (const path of paths) {
      const graph = await source.parse(path, readGoMod);
      if (graph !== null) graphs.push({ manifest: path, graph });
    }
    return { graphs };
  },
};
