import type { ManifestSource } from '../manifest-source.ts';
import { PackageGraph, type Scope } from '../package-graph.ts';
import { folderOf, resolvePath } from '../tree-folders.ts';
import {
  fromAddress,
  isDevelopmentName,
  normalizeName,
  type PythonRequirement,
  parsePythonRequirement,
} from './python-requirement.ts';

interface RequirementLine extends PythonRequirement {
  line: number;
  /** Names of the packages that need this one, from the comments of pip-compile and uv; null if there are no such comments. */
  via: string[] | null;
}

interface RequirementsFile {
  lines: RequirementLine[];
  /** Paths of the requirements files that this file includes with `-r other.txt`, as written. */
  includes: string[];
  /** Paths of the constraint files to which this file refers with `-c other.txt`. */
  constraints: string[];
}

export const isRequirementsFile = (path: string, name: string): boolean =>
  /^(?:[\w.-]*[-_.])?requirements(?:[-_.][\w.-]*)?\.txt$/i.test(name) ||
  /(?:^|\/)requirements\/[^/]+\.txt$/i.test(path);

const filesLimit = 2000;

/**
 * Reads the requirements files of a tree and the files in it that they include:
 * https://pip.pypa.io/en/stable/reference/requirements-file-format/
 * A file is for development if its name says so and no runtime file includes it. A constraint is not a requirement, but
 * may pin one.
 */
export const readRequirementsFiles = async (
  paths: readonly string[],
  source: ManifestSource,
): Promise<{ manifest: string; graph: PackageGraph }[]> => {
  const scopes = new Map<string, Scope>(
    paths.map((path) => [path, isDevelopmentName(path.slice(path.lastIndexOf('/') + 1)) ? 'development' : 'runtime']),
  );
  const files = new Map<string, RequirementsFile>();
  const queue = [...paths];
  for (const path of queue) {
    const file = files.get(path) ?? (await source.parse(path, parseRequirements));
    if (file === null) continue;
    files.set(path, file);
    for (const included of file.includes) {
      const other = resolvePath(folderOf(path), included);
      if (other === null || !source.has(other) || queue.length > filesLimit) continue;
      const scope = scopes.get(path) ?? 'runtime';
      // Visit a file again if a runtime file turns out to include it, so that its own includes become runtime too.
      if (!scopes.has(other) || (scope === 'runtime' && scopes.get(other) === 'development')) {
        scopes.set(other, scope);
        queue.push(other);
      }
    }
  }
  const graphs = [];
  for (const [path, file] of files) {
    const pins = await readConstraints(path, file, files, source);
    graphs.push({ manifest: path, graph: toGraph(file, pins, scopes.get(path) ?? 'runtime') });
  }
  return graphs;
};

const readConstraints = async (
  path: string,
  file: RequirementsFile,
  files: ReadonlyMap<string, RequirementsFile>,
  source: ManifestSource,
): Promise<Map<string, string>> => {
  const pins = new Map<string, string>();
  for (const constraint of file.constraints.slice(0, 20)) {
    const other = resolvePath(folderOf(path), constraint);
    const read = other === null ? null : (files.get(other) ?? (await source.parse(other, parseRequirements)));
    for (const { name, version, vcs } of read?.lines ?? []) if (version !== null && !vcs) pins.set(name, version);
  }
  return pins;
};

const toGraph = ({ lines }: RequirementsFile, pins: ReadonlyMap<string, string>, scope: Scope): PackageGraph => {
  const graph = new PackageGraph();
  const byName = new Map<string, number>();
  for (const requirement of lines) {
    const version =
      requirement.version ?? (requirement.vcs === undefined ? (pins.get(requirement.name) ?? null) : null);
    byName.set(requirement.name, graph.add({ ...requirement, version, scope }));
  }
  for (const { name, requirement, via } of lines) {
    const index = byName.get(name);
    if (index === undefined) continue;
    const parents = via?.map((parent) => byName.get(normalizeName(parent)));
    // All packages that need this one are in the same file, so it is not a direct dependency.
    if (parents?.every((parent) => parent !== undefined))
      for (const parent of parents) graph.addDependency(parent, index);
    else {
      graph.markDirect(index, requirement, scope);
      for (const parent of parents ?? []) if (parent !== undefined) graph.addDependency(parent, index);
    }
  }
  return graph;
};

const parseRequirements = (source: string): RequirementsFile => {
  const file: RequirementsFile = { lines: [], includes: [], constraints: [] };
  let last: RequirementLine | undefined;
  for (const { text, line } of logicalLines(source)) {
    const note = /^#\s*(via)?\s*(.*)$/.exec(text);
    if (note !== null) {
      if (last !== undefined) readVia(last, note[1] !== undefined, note[2] ?? '');
      continue;
    }
    const inline = /\s#\s*via\s+(.*)$/.exec(text)?.[1];
    const bare = text.replace(/\s#.*$/, '').trim();
    last = undefined;
    if (bare === '') continue;
    const option = /^(-r|--requirement|-c|--constraint|-e|--editable)(?:[\s=]+|(?=[^\s-]))(.*)$/.exec(bare);
    const [, name, value = ''] = option ?? [];
    if (name === '-r' || name === '--requirement') file.includes.push(value.trim());
    else if (name === '-c' || name === '--constraint') file.constraints.push(value.trim());
    else {
      const requirement = parseLine(name === undefined ? bare : value);
      if (requirement === null) continue;
      last = { ...requirement, line, via: null };
      file.lines.push(last);
      if (inline !== undefined) readVia(last, true, inline);
    }
  }
  return file;
};

/** Reads `# via flask`, `# via flask, jinja2`, or `# via` followed by comments with one name each. */
const readVia = (requirement: RequirementLine, begins: boolean, names: string): void => {
  if (begins) requirement.via ??= [];
  if (requirement.via === null || names === '') return;
  for (const name of names.split(',')) if (requirement.via.length < 200) requirement.via.push(name.trim());
};

const parseLine = (text: string): PythonRequirement | null => {
  if (text.startsWith('-')) return null;
  // Removes hashes and other options of a line: ` --hash=sha256:…`.
  const bare = text.split(/\s--?[a-z]/, 1)[0] ?? '';
  const egg = /^(?:(?:git|hg|svn|bzr)\+|https?:)[^\s]*[#&]egg=([A-Za-z0-9][\w.-]*)/.exec(bare);
  if (egg !== null) return fromAddress(normalizeName(egg[1] ?? ''), bare.split(/\s/, 1)[0] ?? '');
  return parsePythonRequirement(bare);
};

/** Joins lines that end with a backslash, as pip does. Lines too long for a requirement are dropped. */
function* logicalLines(source: string): Generator<{ text: string; line: number }> {
  let text = '';
  let start = 0;
  for (const [index, physical] of source.split(/\r?\n/).entries()) {
    if (text === '') start = index + 1;
    const continues = physical.endsWith('\\');
    if (text.length < 20_000) text += continues ? `${physical.slice(0, -1)} ` : physical;
    if (continues) continue;
    const trimmed = text.trim();
    if (trimmed !== '' && trimmed.length < 20_000) yield { text: trimmed, line: start };
    text = '';
  }
}
