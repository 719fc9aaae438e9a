import type { RawFinding } from '../../../finding.ts';
import type { EcosystemReader, ReaderResult } from '../ecosystem-reader.ts';
import type { ManifestSource } from '../manifest-source.ts';
import { missingLockfile } from '../missing-lockfile.ts';
import { folderOf, joinPath } from '../tree-folders.ts';
import { type PipfileRequirement, parsePipfile, pipfileGraph, readPipfileLock } from './pipfile.ts';
import { readPdmLock, readPoetryLock } from './poetry-lock.ts';
import { type Pyproject, parsePyproject, pyprojectGraph } from './pyproject.ts';
import { isRequirementsFile, readRequirementsFiles } from './requirements.ts';
import { readUvLock } from './uv-lock.ts';

const names = new Set(['pyproject.toml', 'poetry.lock', 'uv.lock', 'pdm.lock', 'Pipfile', 'Pipfile.lock']);
const locks = new Set(['poetry.lock', 'uv.lock', 'pdm.lock', 'Pipfile.lock']);

/** Reads requirements files, pyproject.toml with the lockfiles of Poetry, uv and PDM, and Pipenv's files. */
export const pypiReader: EcosystemReader = {
  ecosystem: 'PyPI',
  reads: (path, name) => names.has(name) || isRequirementsFile(path, name),
  async read(paths, source): Promise<ReaderResult> {
    const named = (name: string) => paths.filter((path) => path === name || path.endsWith(`/${name}`));
    const projects = await readAll(named('pyproject.toml'), source, parsePyproject);
    const pipfiles = await readAll(named('Pipfile'), source, parsePipfile);
    const graphs: ReaderResult['graphs'] = [];
    const covered = new Set<string>();
    const locked = new Set<string>();
    for (const path of [...locks].flatMap(named)) {
      const folder = folderOf(path);
      locked.add(folder);
      const lock = await readLockfile(path, projects.get(folder) ?? null, pipfiles.get(folder) ?? null, source);
      if (lock === null) continue;
      graphs.push({ manifest: path, graph: lock.graph });
      const manifest = path.endsWith('Pipfile.lock') ? 'Pipfile' : 'pyproject.toml';
      for (const member of ['', ...lock.members]) covered.add(joinPath(joinPath(folder, member), manifest));
    }
    const findings: RawFinding[] = [];
    const manifests = new Set([...projects.keys(), ...pipfiles.keys()]);
    for (const [folder, project] of projects) {
      const manifest = joinPath(folder, 'pyproject.toml');
      if (!covered.has(manifest)) graphs.push({ manifest, graph: pyprojectGraph(project) });
      if (!project.application || !project.requirements.some((requested) => requested.version === null)) continue;
      const fix = 'Run the `lock` command of uv, Poetry or PDM and commit the lockfile.';
      findings.push(...missingLockfile({ manifest, manifests, locked, fix }));
    }
    for (const [folder, requirements] of pipfiles) {
      const manifest = joinPath(folder, 'Pipfile');
      if (!covered.has(manifest)) graphs.push({ manifest, graph: pipfileGraph(requirements) });
      if (!requirements.some((requested) => requested.version === null)) continue;
      findings.push(
        ...missingLockfile({ manifest, manifests, locked, fix: 'Run `pipenv lock` and commit Pipfile.lock.' }),
      );
    }
    const requirements = paths.filter((path) => isRequirementsFile(path, path.slice(path.lastIndexOf('/') + 1)));
    graphs.push(...(await readRequirementsFiles(requirements, source)));
    return { graphs, findings };
  },
};

/** Returns the parsed manifests by folder. */
const readAll = async <T>(paths: readonly string[], source: ManifestSource, parse: (text: string) => T) => {
  const read = new Map<string, T>();
  for (const path of paths) {
    const manifest = await source.parse(path, parse);
    if (manifest !== null) read.set(folderOf(path), manifest);
  }
  return read;
};

const readLockfile = async (
  path: string,
  project: Pyproject | null,
  pipfile: readonly PipfileRequirement[] | null,
  source: ManifestSource,
) => {
  if (path.endsWith('uv.lock')) return source.parseLockfile(path, readUvLock);
  const graph = await source.parseLockfile(path, (text) => {
    if (path.endsWith('Pipfile.lock')) return readPipfileLock(text, pipfile);
    return path.endsWith('pdm.lock') ? readPdmLock(text, project) : readPoetryLock(text, project);
  });
  return graph === null ? null : { graph, members: [] };
};
