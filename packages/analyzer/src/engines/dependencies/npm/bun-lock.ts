import { LineFinder } from '../line-finder.ts';
import { PackageGraph } from '../package-graph.ts';
import { parseLenientJson } from '../parse-manifest.ts';
import { isCommit, vcsUrl } from '../repository-url.ts';
import { asList, getEntries, getProperty } from '../untrusted-data.ts';
import { markDirectDependencies, type NpmLockfile } from './npm-lockfile.ts';
import { isRepository, repositoryTarget, splitDescriptor } from './npm-requirement.ts';
import { npmRequirements } from './package-json.ts';

const nestingLimit = 40;

/**
 * Parses bun.lock, Bun's text lockfile: https://bun.com/docs/pm/lockfile
 * The key of a nested package has both names, `a/b`; the value is a list that begins with `name@version`.
 */
export const readBunLock = (source: string): NpmLockfile => {
  const lock = parseLenientJson(source);
  const graph = new PackageGraph();
  const installed = new Map<string, number>();
  const needs: { index: number; path: string[]; info: unknown }[] = [];
  const lines = new LineFinder(source);
  lines.find('"packages":');

  for (const [key, value] of getEntries(lock, 'packages')) {
    const line = lines.find(`${JSON.stringify(key)}:`);
    const parts = asList(value);
    const path = splitPath(key);
    const identity = typeof parts[0] === 'string' ? identify(parts[0], parts) : null;
    if (identity === null || path.length > nestingLimit) continue;
    const index = graph.add({ ...identity, line });
    installed.set(key, index);
    needs.push({ index, path, info: parts.find((part) => typeof part === 'object') });
  }
  const resolve = (path: readonly string[], name: string): number | undefined => {
    for (let length = path.length; length >= 0; length -= 1) {
      const found = installed.get([...path.slice(0, length), name].join('/'));
      if (found !== undefined) return found;
    }
    return undefined;
  };

  for (const { index, path, info } of needs) {
    const optionalPeers = new Set(asList(getProperty(info, 'optionalPeers')));
    for (const group of ['dependencies', 'optionalDependencies', 'peerDependencies']) {
      for (const [name] of getEntries(info, group)) {
        if (group === 'peerDependencies' && optionalPeers.has(name)) graph.addOptionalPeer(index, resolve(path, name));
        else graph.addDependency(index, resolve(path, name));
      }
    }
  }
  const workspaces = getEntries(lock, 'workspaces');
  for (const [, workspace] of workspaces) {
    const name = getProperty(workspace, 'name');
    const path = typeof name === 'string' ? [name] : [];
    markDirectDependencies(graph, npmRequirements(workspace), (requested) => resolve(path, requested.name));
  }
  return { graph, members: workspaces.map(([folder]) => folder) };
};

/** Splits `a/@scope/b` into `a` and `@scope/b`. */
const splitPath = (key: string): string[] => {
  const path: string[] = [];
  for (const part of key.split('/')) {
    const last = path.at(-1);
    if (last?.startsWith('@') && !last.includes('/')) path[path.length - 1] = `${last}/${part}`;
    else path.push(part);
  }
  return path;
};

/** Returns name and version of a package in the lockfile; null for a package of the project itself. */
const identify = (descriptor: string, parts: readonly unknown[]) => {
  const { name, rest } = splitDescriptor(descriptor);
  if (rest === null || /^(?:workspace|link|file|root):/.test(rest) || /^\.{0,2}\//.test(rest)) return null;
  if (isRepository(rest)) {
    const target = repositoryTarget(name, rest);
    // The descriptor has a short commit hash; the last part of the list has the full one.
    const last = parts.at(-1);
    const commit = typeof last === 'string' && isCommit(last) ? last : null;
    return commit === null || target.version !== null
      ? target
      : { name, version: commit, vcs: vcsUrl(target.vcs ?? rest, commit) };
  }
  return { name, version: /^\d/.test(rest) ? rest : null };
};
