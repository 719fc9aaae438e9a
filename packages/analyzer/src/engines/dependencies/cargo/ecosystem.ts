import type { RawFinding } from '../../../finding.ts';
import type { EcosystemReader, ReaderResult } from '../ecosystem-reader.ts';
import type { ManifestSource } from '../manifest-source.ts';
import { missingLockfile } from '../missing-lockfile.ts';
import { folderOf, joinPath, parentFolders } from '../tree-folders.ts';
import { readCargoLock } from './cargo-lock.ts';
import { type CargoToml, cargoTomlGraph, parseCargoToml } from './cargo-toml.ts';

/** Reads Cargo.toml and Cargo.lock of packages and workspaces. */
export const cargoReader: EcosystemReader = {
  ecosystem: 'crates.io',
  reads: (_path, name) => name === 'Cargo.toml' || name === 'Cargo.lock',
  async read(paths, source): Promise<ReaderResult> {
    const manifests = new Map<string, CargoToml>();
    for (const path of paths) {
      if (!path.endsWith('Cargo.toml')) continue;
      const manifest = await source.parse(path, parseCargoToml);
      if (manifest !== null) manifests.set(folderOf(path), manifest);
    }
    const graphs: ReaderResult['graphs'] = [];
    const locked = new Set<string>();
    const covered = new Set<string>();
    for (const path of paths) {
      if (!path.endsWith('Cargo.lock')) continue;
      const folder = folderOf(path);
      locked.add(folder);
      const below = manifestsBelow(folder, manifests);
      const byName = new Map(
        [...below].flatMap(([, manifest]) => (manifest.name === null ? [] : [[manifest.name, manifest]])),
      );
      const lock = await source.parseLockfile(path, (text) => readCargoLock(text, byName, manifests.get(folder)));
      if (lock === null) continue;
      graphs.push({ manifest: path, graph: lock.graph });
      for (const [other, { name }] of below) if (name === null || lock.members.has(name)) covered.add(other);
    }
    for (const [folder, manifest] of manifests) {
      if (covered.has(folder)) continue;
      const root = parentFolders(folder)
        .map((other) => manifests.get(other))
        .find((other) => other !== undefined && other.shared.size > 0);
      graphs.push({ manifest: joinPath(folder, 'Cargo.toml'), graph: cargoTomlGraph(manifest, root) });
    }
    return { graphs, findings: findings(manifests, locked, source) };
  },
};

const manifestsBelow = (folder: string, manifests: ReadonlyMap<string, CargoToml>): [string, CargoToml][] =>
  [...manifests].filter(([other]) => folder === '' || other === folder || other.startsWith(`${folder}/`));

/** Reports crates without a lockfile that build a program and are not a library. */
const findings = (
  manifests: ReadonlyMap<string, CargoToml>,
  locked: ReadonlySet<string>,
  source: ManifestSource,
): RawFinding[] => {
  const found: RawFinding[] = [];
  for (const [folder, manifest] of manifests) {
    const isProgram = manifest.hasBinary || source.has(joinPath(folder, 'src/main.rs'));
    const isLibrary = manifest.hasLibrary || source.has(joinPath(folder, 'src/lib.rs'));
    if (!isProgram || isLibrary || !manifest.requirements.some((requested) => !requested.local)) continue;
    found.push(
      ...missingLockfile({
        manifest: joinPath(folder, 'Cargo.toml'),
        manifests,
        locked,
        fix: 'Run `cargo generate-lockfile` and commit Cargo.lock.',
      }),
    );
  }
  return found;
};
