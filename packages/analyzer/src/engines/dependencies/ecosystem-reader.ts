import type { RawFinding } from '../../finding.ts';
import type { ManifestSource } from './manifest-source.ts';
import type { PackageGraph } from './package-graph.ts';

/** What an ecosystem's reader found. */
export interface Reading {
  /** One per file that tells of dependencies: the lockfile where there is one. */
  graphs: { manifest: string; graph: PackageGraph }[];
  findings?: RawFinding[];
}

/** All formats of one ecosystem, and which lockfile answers for which manifest. */
export interface EcosystemReader {
  /** As OSV names it: https://ossf.github.io/osv-schema/#defined-ecosystems */
  ecosystem: string;
  /** Whether this file is one of its manifests or lockfiles. `name` is the last part of `path`. */
  reads(path: string, name: string): boolean;
  /** `paths`, sorted, are those that `reads` accepted; other files of the tree may be read besides, as an include asks for. */
  read(paths: readonly string[], source: ManifestSource): Promise<Reading>;
}
