import type { RawFinding } from '../../../finding.ts';
import type { EcosystemReader, ReaderResult } from '../ecosystem-reader.ts';
import { missingLockfile } from '../missing-lockfile.ts';
import { folderOf, joinPath } from '../tree-folders.ts';
import { type ComposerJson, composerJsonGraph, parseComposerJson } from './composer-json.ts';
import { readComposerLock } from './composer-lock.ts';

/** Reads composer.json and composer.lock. */
export const packagistReader: EcosystemReader = {
  ecosystem: 'Packagist',
  reads: (_path, name) => name === 'composer.json' || name === 'composer.lock',
  async read(paths, source): Promise<ReaderResult> {
    const manifests = new Map<string, ComposerJson>();
    for (const path of paths) {
      if (!path.endsWith('.json')) continue;
      const manifest = await source.parse(path, parseComposerJson);
      if (manifest !== null) manifests.set(folderOf(path), manifest);
    }
    const graphs: ReaderResult['graphs'] = [];
    const locked = new Set<string>();
    const covered = new Set<string>();
    for (const path of paths) {
      if (!path.endsWith('.lock')) continue;
      const folder = folderOf(path);
      locked.add(folder);
      const graph = await source.parseLockfile(path, (text) => readComposerLock(text, manifests.get(folder)));
      if (graph === null) continue;
      graphs.push({ manifest: path, graph });
      covered.add(folder);
    }
    const findings: RawFinding[] = [];
    for (const [folder, manifest] of manifests) {
      const path = joinPath(folder, 'composer.json');
      if (!covered.has(folder)) graphs.push({ manifest: path, graph: composerJsonGraph(manifest) });
      if (manifest.type === 'project' && manifest.requirements.length > 0) {
        const fix = 'Run `composer update --no-install` and commit composer.lock.';
        findings.push(...missingLockfile({ manifest: path, manifests, locked, fix }));
      }
    }
    return { graphs, findings };
  },
};
