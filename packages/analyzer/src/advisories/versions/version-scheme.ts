/** How one ecosystem reads and orders its versions. */
export interface VersionScheme<Version = unknown> {
  /** Null: the text is no version of the ecosystem. */
  parse(text: string): Version | null;
  /** As a repository states what it uses, where that means another thing than in an advisory: `v4` of an action is the newest 4. */
  parseUsed?(text: string): Version | null;
  /** Below 0, 0 or above 0, as `a` comes before, with or after `b`. */
  compare(a: Version, b: Version): number;
}
