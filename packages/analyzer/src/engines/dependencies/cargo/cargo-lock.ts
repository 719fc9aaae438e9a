import { PackageGraph } from '../package-graph.ts';
import { vcsUrl } from '../repository-url.ts';
import { readTomlPackages } from '../toml-packages.ts';
import { getList, getText } from '../untrusted-data.ts';
import { type CargoToml, inherit } from './cargo-toml.ts';

interface Crate {
  name: string;
  version: string;
  source: string | null;
  /** Index of the crate in the dependency graph; null for a crate of the repository itself. */
  index: number | null;
  needs: string[];
}

export interface CargoLock {
  graph: PackageGraph;
  /** Names of the repository's own crates. */
  members: Set<string>;
}

/**
 * Parses Cargo.lock: https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html
 * It does not say which dependencies are only for development, so the manifests decide that.
 * @param manifests Cargo.toml files of the members, by crate name
 * @param root Cargo.toml of the workspace
 */
export const readCargoLock = (
  source: string,
  manifests: ReadonlyMap<string, CargoToml>,
  root: CargoToml | undefined,
): CargoLock => {
  const graph = new PackageGraph();
  const crates: Crate[] = [];
  const byName = new Map<string, Crate[]>();
  for (const { table, line } of readTomlPackages(source)) {
    const name = getText(table, 'name');
    const version = getText(table, 'version');
    if (name === null || version === null) continue;
    const from = getText(table, 'source');
    const index = from === null ? null : graph.add({ ...identify(name, version, from), line });
    const needs = getList(table, 'dependencies').filter((needed) => typeof needed === 'string');
    const crate: Crate = { name, version, source: from, index, needs };
    crates.push(crate);
    byName.set(name, [...(byName.get(name) ?? []), crate].slice(-200));
  }
  /** Finds a crate by `name`, `name version` or `name version (source)`: Cargo writes as much as is unambiguous. */
  const find = (reference: string): number | null => {
    const [name = '', version, from] = reference.split(' ');
    const found = byName.get(name)?.find((crate) => {
      if (version !== undefined && crate.version !== version) return false;
      return from === undefined || crate.source === null || `(${crate.source})`.startsWith(from.replace(/\)$/, ''));
    });
    return found?.index ?? null;
  };

  for (const crate of crates) {
    const requested =
      crate.index === null ? manifests.get(crate.name)?.requirements.map((one) => inherit(one, root)) : [];
    for (const reference of crate.needs) {
      const needed = find(reference);
      if (needed === null) continue;
      if (crate.index !== null) graph.addDependency(crate.index, needed);
      else {
        const name = reference.split(' ', 1)[0];
        const all = requested?.filter((one) => one.name === name) ?? [];
        const declared = all.find((one) => one.scope === 'runtime') ?? all[0];
        graph.markDirect(needed, declared?.requirement ?? null, declared?.scope ?? 'runtime');
      }
    }
  }
  return { graph, members: new Set(crates.filter((crate) => crate.index === null).map((crate) => crate.name)) };
};

/** Splits a source: `git+https://host/name?branch=main#commit`, or a registry. */
const identify = (name: string, version: string, source: string) => {
  if (!source.startsWith('git+')) return { name, version };
  const [address = '', commit = null] = source.split('#', 2);
  return { name, version: commit, vcs: vcsUrl(address.split('?', 1)[0] ?? address, commit) };
};
