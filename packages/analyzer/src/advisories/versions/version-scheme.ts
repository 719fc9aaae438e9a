/** Parsing and ordering of the versions of one ecosystem. */
export interface VersionScheme<Version = unknown> {
  /** Parses a version; returns null if the text is not a version of the ecosystem. */
  parse(text: string): Version | null;
  /**
   * Parses a version that a repository uses. Needed only if versions in repositories mean something else than in advisories: `v4` of a
   * GitHub action is the newest release of line 4.
   */
  parseUsed?(text: string): Version | null;
  /** Returns a negative number, 0 or a positive number as `a` sorts before, with or after `b`. */
  compare(a: Version, b: Version): number;
}
