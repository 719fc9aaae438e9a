import type { Engine, EngineOutcome } from '../../engine.ts';
import type { Dependency } from '../../facts.ts';
import type { RawFinding } from '../../finding.ts';
import { ecosystemReaders } from './ecosystems.ts';
import { ManifestSource } from './manifest-source.ts';
import type { FoundDependency } from './package-graph.ts';
import { packageUrl } from './package-url.ts';

/** Maximum number of reported dependencies; more make the result incomplete. */
const dependencyLimit = 100_000;

/**
 * Lists the dependencies of a repository from its manifests and lockfiles. Nothing is resolved, executed or requested:
 * a lockfile gives the versions in use; a manifest without one gives requirements, and versions only where they are
 * pinned.
 * Packages of the repository itself (workspaces, paths) are not listed. A dependency from a git repository has its
 * commit as version, or null if only a branch or tag is known.
 */
export const dependenciesEngine: Engine = {
  name: 'dependencies',
  version: '1',
  depth: 'quick',
  async run(tree, { signal }): Promise<EngineOutcome> {
    const source = new ManifestSource(tree, signal);
    const claimed = claimManifests(tree.files.map((file) => file.path));
    const dependencies: Dependency[] = [];
    const findings: RawFinding[] = [];
    let beyondLimit = 0;
    let unnameable = 0;

    for (const [reader, paths] of claimed) {
      const reading = await reader.read(paths, source);
      findings.push(...(reading.findings ?? []));
      for (const { manifest, graph } of reading.graphs) {
        for (const found of graph.dependencies()) {
          const dependency = toDependency(found, reader.ecosystem, manifest);
          if (dependency === null) unnameable += 1;
          else if (dependencies.length < dependencyLimit) dependencies.push(dependency);
          else beyondLimit += 1;
        }
      }
    }
    dependencies.sort(byManifestAndName);

    const problems: string[] = [];
    const failures = [...source.failures];
    if (failures.length > 0) {
      const named = failures.slice(0, 3).map(([path, reason]) => `${path} (${reason})`);
      const more = failures.length > 3 ? ` and ${failures.length - 3} more` : '';
      problems.push(`Mend or remove what could not be read: ${named.join(', ')}${more}.`);
    }
    if (beyondLimit > 0) {
      problems.push(
        `${beyondLimit} dependencies beyond the first ${dependencyLimit} are left out: analyze parts of it.`,
      );
    }
    const notes = [...source.notes];
    if (unnameable > 0)
      notes.push(`${unnameable} entries were left out: no package of their ecosystem can have their name.`);
    return {
      findings,
      facts: { dependencies },
      coverage: {
        filesSeen: source.filesSeen,
        skipped: source.skipped(),
        complete: problems.length === 0,
        ...(problems.length === 0 ? {} : { reason: problems.join(' ') }),
        ...(notes.length === 0 ? {} : { notes }),
      },
    };
  },
};

/** Assigns manifests to readers. Installed and vendored packages are skipped, because they belong to other repositories. */
const claimManifests = (paths: readonly string[]) => {
  const claimed = new Map(ecosystemReaders.map((reader) => [reader, [] as string[]]));
  for (const path of paths) {
    if (/(?:^|\/)(?:node_modules|vendor|\.git)\//.test(path)) continue;
    const name = path.slice(path.lastIndexOf('/') + 1);
    for (const [reader, own] of claimed) if (reader.reads(path, name)) own.push(path);
  }
  return claimed;
};

// Registries do not allow names of this length, or with spaces, control characters or text direction marks, and such
// names could mislead readers of a terminal or report.
const maxLength = 512;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern finds names with control characters
const odd = /[\u0000-\u0020\u007f-\u00a0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern finds the control characters to replace
const controls = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/g;

const toDependency = (found: FoundDependency, ecosystem: string, manifest: string): Dependency | null => {
  const { vcs, licence, ...fields } = found;
  if (fields.name.length > maxLength || odd.test(fields.name)) return null;
  const version =
    fields.version !== null && fields.version.length <= maxLength && !odd.test(fields.version) ? fields.version : null;
  const purl = packageUrl(
    ecosystem,
    fields.name,
    version,
    vcs !== undefined && vcs.length <= maxLength ? vcs : undefined,
  );
  if (purl === null) return null;
  return {
    ...fields,
    ecosystem,
    version,
    requirement: fields.requirement?.slice(0, maxLength).replace(controls, ' ') ?? null,
    manifest,
    purl,
    ...(licence === undefined ? {} : { licence: licence.slice(0, maxLength).replace(controls, ' ') }),
  };
};

const byManifestAndName = (a: Dependency, b: Dependency): number =>
  compare(a.manifest, b.manifest) || compare(a.name, b.name) || compare(a.version ?? '', b.version ?? '');

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
