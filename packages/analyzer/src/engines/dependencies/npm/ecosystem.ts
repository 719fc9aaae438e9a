import type { RawFinding } from '../../../finding.ts';
import { matchFolders } from '../../../tree/path-glob.ts';
import type { EcosystemReader, ReaderResult } from '../ecosystem-reader.ts';
import type { ManifestSource } from '../manifest-source.ts';
import { missingLockfile } from '../missing-lockfile.ts';
import { folderOf, joinPath } from '../tree-folders.ts';
import { readBunLock } from './bun-lock.ts';
import type { NpmLockfile } from './npm-lockfile.ts';
import { parseNpmRequirement } from './npm-requirement.ts';
import { type PackageJson, packageJsonGraph, parsePackageJson } from './package-json.ts';
import { readPackageLock } from './package-lock.ts';
import { readPnpmLock } from './pnpm-lock.ts';
import { readYarnLock } from './yarn-lock.ts';

const lockfiles: Record<string, string> = {
  'npm-shrinkwrap.json': 'npm',
  'package-lock.json': 'npm',
  'yarn.lock': 'yarn',
  'pnpm-lock.yaml': 'pnpm',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
};
const names = new Set([...Object.keys(lockfiles), 'package.json']);

/** Reads package.json and the lockfiles of npm, Yarn, pnpm and Bun. */
export const npmReader: EcosystemReader = {
  ecosystem: 'npm',
  reads: (_path, name) => names.has(name),
  async read(paths, source): Promise<ReaderResult> {
    const manifests = new Map<string, PackageJson>();
    for (const path of paths) {
      if (!path.endsWith('package.json')) continue;
      const manifest = await source.parse(path, parsePackageJson);
      if (manifest !== null) manifests.set(folderOf(path), manifest);
    }
    const graphs: ReaderResult['graphs'] = [];
    const covered = new Set<string>();
    const locked = new Set<string>();
    for (const path of paths) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      const manager = lockfiles[name];
      if (manager === undefined) continue;
      const folder = folderOf(path);
      locked.add(folder);
      if (isSuperseded(name, manager, folder, manifests.get(folder), source)) {
        source.note(`${path} is not read: another lockfile beside it is the one in use.`);
        continue;
      }
      const lockfile = await readLockfile(path, folder, manifests, source);
      if (lockfile === null) continue;
      graphs.push({ manifest: path, graph: lockfile.graph });
      for (const member of [...lockfile.members, '']) covered.add(joinPath(folder, member));
    }
    for (const [folder, manifest] of manifests) {
      if (covered.has(folder)) continue;
      graphs.push({ manifest: joinPath(folder, 'package.json'), graph: packageJsonGraph(manifest) });
    }
    return { graphs, findings: findings(manifests, locked) };
  },
};

/**
 * Returns whether a lockfile is outdated: if a folder has several, those of a package manager that the manifest does
 * not name are ignored. npm prefers its shrinkwrap.
 */
const isSuperseded = (
  name: string,
  manager: string,
  folder: string,
  manifest: PackageJson | undefined,
  source: ManifestSource,
): boolean => {
  const others = Object.entries(lockfiles).filter(([other]) => other !== name && source.has(joinPath(folder, other)));
  if (name === 'package-lock.json' && others.some(([other]) => other === 'npm-shrinkwrap.json')) return true;
  if (name === 'bun.lockb' && others.some(([other]) => other === 'bun.lock')) return true;
  const named = manifest?.packageManager;
  return named !== manager && others.some(([, other]) => other === named);
};

const readLockfile = async (
  path: string,
  folder: string,
  manifests: ReadonlyMap<string, PackageJson>,
  source: ManifestSource,
): Promise<NpmLockfile | null> => {
  const own = manifests.get(folder);
  if (path.endsWith('.json')) return source.parseLockfile(path, (text) => readPackageLock(text, own ?? null));
  if (path.endsWith('pnpm-lock.yaml')) return source.parseLockfile(path, readPnpmLock);
  if (path.endsWith('bun.lock')) return source.parseLockfile(path, readBunLock);
  if (path.endsWith('yarn.lock')) {
    const project = projectOf(folder, own, manifests);
    return source.parseLockfile(path, (text) => readYarnLock(text, project));
  }
  source.skip(path, 'Bun’s binary lockfile: write it as text with `bun install --save-text-lockfile`');
  return null;
};

/** Returns the package.json files that a Yarn lockfile covers, by folder relative to the lockfile's. */
const projectOf = (
  folder: string,
  root: PackageJson | undefined,
  manifests: ReadonlyMap<string, PackageJson>,
): Map<string, PackageJson> => {
  const project = new Map<string, PackageJson>();
  if (root === undefined) return project;
  project.set('', root);
  const isMember = matchFolders(root.workspaces);
  const prefix = joinPath(folder, '');
  for (const [other, manifest] of manifests) {
    if (other === folder || (prefix !== '' && !other.startsWith(`${prefix}/`))) continue;
    const relative = prefix === '' ? other : other.slice(prefix.length + 1);
    if (isMember(relative)) project.set(relative, manifest);
  }
  return project;
};

/** Reports private packages outside of other packages, because these are applications; libraries need no lockfile. */
const findings = (manifests: ReadonlyMap<string, PackageJson>, locked: ReadonlySet<string>): RawFinding[] => {
  const found: RawFinding[] = [];
  for (const [folder, manifest] of manifests) {
    const open = manifest.requirements.some(
      ({ name, requirement }) => parseNpmRequirement(name, requirement)?.version === null,
    );
    if (!manifest.private || !open) continue;
    found.push(
      ...missingLockfile({
        manifest: joinPath(folder, 'package.json'),
        manifests,
        locked,
        fix: 'Run `npm install --package-lock-only` (or that of your package manager) and commit the lockfile.',
      }),
    );
  }
  return found;
};
