import { PackageGraph } from '../package-graph.ts';
import { readLockfileLines } from './lockfile-yaml.ts';
import { markDirectDependencies, type NpmLockfile } from './npm-lockfile.ts';
import {
  archiveTarget,
  isRepository,
  parseNpmRequirement,
  repositoryTarget,
  splitDescriptor,
} from './npm-requirement.ts';
import type { PackageJson } from './package-json.ts';

interface Entry {
  /** Descriptors `name@range` of the entry, one for each range that the entry resolves. */
  descriptors: string[];
  line: number;
  version: string | null;
  /** Resolution of the entry: the archive's address in Yarn 1, later `name@npm:1.2.3` or `name@workspace:packages/a`. */
  resolved: string;
  needs: [name: string, range: string][];
}

/**
 * Parses yarn.lock of Yarn 1 (https://classic.yarnpkg.com/lang/en/docs/yarn-lock/) and of later versions, whose entries
 * include the workspaces.
 * @param manifests package.json files of the project by folder, relative to the lockfile: Yarn 1 does not repeat the
 *   requirements, and no version says which ones are for development
 */
export const readYarnLock = (source: string, manifests: ReadonlyMap<string, PackageJson>): NpmLockfile => {
  const found = readEntries(source);
  const graph = new PackageGraph();
  const byDescriptor = new Map<string, number>();
  const byName = new Map<string, number[]>();
  const indices = new Map<Entry, number>();
  const folders = new Set<string>();

  for (const entry of found) {
    const workspace = /@workspace:(.*)$/.exec(entry.resolved)?.[1];
    if (workspace !== undefined) folders.add(workspace === '.' ? '' : workspace);
    const target = identify(entry);
    if (target === null) continue;
    const index = graph.add({ ...target, line: entry.line });
    indices.set(entry, index);
    for (const descriptor of entry.descriptors) byDescriptor.set(descriptor, index);
    const name = splitDescriptor(entry.descriptors[0] ?? '').name;
    byName.set(name, [...(byName.get(name) ?? []).slice(0, 1), index]);
  }
  const find = (name: string, range: string): number | undefined => {
    if (/^(?:workspace|link|portal|file):/.test(range)) return undefined;
    const exact = byDescriptor.get(`${name}@${range}`) ?? byDescriptor.get(`${name}@npm:${range}`);
    if (exact !== undefined) return exact;
    // `resolutions` of the root override ranges, and patches have names of their own; the name suffices if it is
    // unambiguous.
    const named = byName.get(name);
    return named?.length === 1 ? named[0] : undefined;
  };

  for (const [entry, index] of indices) {
    for (const [name, range] of entry.needs) graph.addDependency(index, find(name, range));
  }
  const members = folders.size > 0 ? [...folders] : [...manifests.keys()];
  for (const folder of members) {
    markDirectDependencies(graph, manifests.get(folder)?.requirements ?? [], ({ name, requirement }) =>
      find(name, requirement),
    );
  }
  if (manifests.size === 0) graph.markRootsDirect();
  return { graph, members };
};

const readEntries = (source: string): Entry[] => {
  const found: Entry[] = [];
  let section = '';
  for (const { indent, key, value, line } of readLockfileLines(source)) {
    const entry = found.at(-1);
    if (indent === 0) {
      if (key === '__metadata') section = key;
      else {
        section = '';
        found.push({ descriptors: splitKey(key), line, version: null, resolved: '', needs: [] });
      }
    } else if (entry === undefined || section === '__metadata') continue;
    else if (indent === 2) {
      section = key;
      if (key === 'version') entry.version = value;
      else if (key === 'resolved' || key === 'resolution') entry.resolved = value;
    } else if (indent === 4 && (section === 'dependencies' || section === 'optionalDependencies')) {
      entry.needs.push([key, value]);
    }
  }
  return found;
};

/** Splits `"a@^1.0.0", "a@^1.2.0"` of Yarn 1 and `a@npm:^1.0.0, a@npm:^1.2.0` of later versions. */
const splitKey = (key: string): string[] => key.split(/"?, "?/).map((part) => part.replace(/^"|"$/g, ''));

/** Returns name and version of an entry in the lockfile; null for a package of the project itself. */
const identify = ({ descriptors, version, resolved }: Entry) => {
  const { name, rest } = splitDescriptor(descriptors[0] ?? '');
  if (name === '' || rest === null) return null;
  // Skip a workspace, link or file, because it is part of the project.
  if (/@(?:workspace|link|portal|file):/.test(resolved) || /^(?:workspace|link|portal|file):/.test(rest)) return null;
  const reference = splitDescriptor(resolved);
  if (/^(?:npm|patch):/.test(reference.rest ?? '')) return { name: reference.name, version };
  const repository = reference.rest?.includes('#') ? reference.rest : resolved;
  const archive = archiveTarget(name, repository);
  if (archive !== null) return archive;
  if (isRepository(rest) && isRepository(repository)) return repositoryTarget(name, repository);
  return { name: parseNpmRequirement(name, rest)?.name ?? name, version };
};
