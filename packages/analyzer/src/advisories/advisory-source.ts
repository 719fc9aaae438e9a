/** A package at a version that a repository uses. */
export interface PackageVersion {
  /** OSV's name of the package's ecosystem: https://ossf.github.io/osv-schema/#defined-ecosystems */
  ecosystem: string;
  name: string;
  version: string;
}

/** A vulnerability of a package version: one entry for all aliases of the same vulnerability. */
export interface Advisory {
  /** The best-known id of the vulnerability: CVE before GHSA before the database's own id; a `MAL-…` id is always preferred. */
  id: string;
  /** All ids of the vulnerability, sorted. */
  aliases: string[];
  summary: string;
  /** CVSS base score, 0 to 10; null if the advisory has none. */
  score: number | null;
  /** Severity label of the advisory: `CRITICAL`, `HIGH`, `MODERATE` or `LOW`; null if it has none. */
  label: string | null;
  /** True if the advisory says that the package itself is malware, not only vulnerable. */
  malicious: boolean;
  /** The lowest version above the one in use that is not affected; null if there is none. */
  fixedIn: string | null;
  url: string;
}

/** A source of advisories: the OSV API or an imported offline database. */
export interface AdvisorySource {
  /** Key of the advisory source, which is part of the key of cached results: sources with equal keys return equal advisories. */
  key: string;
  /** One-line descriptions of the advisory source for reports: which database is used and how old it is. */
  notes: string[];
  /** Returns false if the source has no advisories for the ecosystem: an offline database has only imported ones. */
  covers(ecosystem: string): boolean;
  /**
   * Returns the advisories of each package version, in the order of `packages`. Throws AnalysisError if the source
   * cannot be reached or is damaged.
   */
  find(packages: readonly PackageVersion[], signal: AbortSignal): Promise<Advisory[][]>;
}
