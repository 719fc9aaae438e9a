import type { RawFinding } from '../../finding.ts';
import type { ManifestSource } from './manifest-source.ts';
import type { PackageGraph } from './package-graph.ts';

/** The dependencies of one ecosystem, as its reader found them in a tree. */
export interface ReaderResult {
  /** Dependency graphs: one per lockfile, or per manifest without a lockfile. */
  graphs: { manifest: string; graph: PackageGraph }[];
  findings?: RawFinding[];
}

/** Reads all manifests and lockfiles of one ecosystem, and decides which lockfile belongs to which manifest. */
export interface EcosystemReader {
  /** OSV's name of the ecosystem: https://ossf.github.io/osv-schema/#defined-ecosystems */
  ecosystem: string;
  /** Returns whether this file is a manifest or lockfile of the ecosystem. `name` is the last part of `path`. */
  reads(path: string, name: string): boolean;
  /**
   * Reads the manifests and lockfiles at `paths`, which are sorted and were accepted by `reads`. A reader may read other files too, for
   * example included ones.
   */
  read(paths: readonly string[], source: ManifestSource): Promise<ReaderResult>;
}
