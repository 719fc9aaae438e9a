/** A package in a version that a repository uses. */
export interface PackageVersion {
  /** As OSV names it: https://ossf.github.io/osv-schema/#defined-ecosystems */
  ecosystem: string;
  name: string;
  version: string;
}

/** What is known against a package version: one entry for all aliases of the same fault. */
export interface Advisory {
  /** The id people know best: CVE before GHSA before the database's own; `MAL-…` stays. */
  id: string;
  /** All ids of it, sorted. */
  aliases: string[];
  summary: string;
  /** CVSS base score 0 to 10; null where the advisory has none. */
  score: number | null;
  /** Said by the advisory where there is no score: `CRITICAL`, `HIGH`, `MODERATE`, `LOW`. */
  label: string | null;
  /** The package itself is malicious. */
  malicious: boolean;
  /** The lowest version above the asked one without the fault; null where there is none. */
  fixedIn: string | null;
  url: string;
}

/** Where advisories come from: the OSV API, or an imported offline database. */
export interface AdvisorySource {
  /** Equal keys give equal answers: part of what a result depends on. */
  key: string;
  /** For people: which database, how old. */
  notes: string[];
  /** Whether it knows the advisories of an ecosystem: an offline database has only those that were imported. */
  covers(ecosystem: string): boolean;
  /** Advisories of each package version, in the order given. Throws `AnalysisError` when the source cannot be asked. */
  find(packages: readonly PackageVersion[], signal: AbortSignal): Promise<Advisory[][]>;
}
