import type { Severity } from '../../severity.ts';

/** A file as the detectors get it. */
export interface SourceText {
  /** Text with one character per byte, so that offsets in it are offsets in the file. */
  text: string;
  /** File name without folders. */
  name: string;
  language: string | null;
  /** True if values in the file's format need no quotes: YAML, INI, `.env`, shell scripts. */
  unquoted: boolean;
  /** True for generated files that are full of hashes, such as lockfiles and source maps. */
  generated: boolean;
}

/** A possible secret that a detector found. */
export interface Candidate {
  /** Name of the rule without the engine's name: `github-token`. */
  rule: string;
  /** Offset of the secret in the text, or of the text around the secret if it spans several lines. */
  start: number;
  end: number;
  /** Normalized form of the secret, so that different notations have the same identity. Default: its text. */
  value?: string;
  /** Severity of the secret if it is outside of tests and documentation. */
  severity: Severity;
  /**
   * If several detectors match the same text, the candidate with the highest rank is reported, because it is the most
   * specific.
   */
  rank: number;
  /** True if the secret could be guessed from a hash of it: see `secretIdentity`. */
  guessable: boolean;
  /** Expiry time of the secret in seconds since 1970. */
  expires?: number;
  /** An additional sentence for the message of the finding. */
  note?: string;
}

/**
 * Ranks of candidates by how specific their detection is: the format of one issuer, a common format, and a value assigned to a suspicious
 * name.
 */
export const ranks = { issuer: 3, format: 2, assignment: 1 } as const;

/** A detector runs only where one of its anchors occurs, and looks at a bounded number of characters around it. */
export interface Detector {
  /** Texts at which the detector runs: ASCII, at least 4 characters each. */
  anchors: readonly string[];
  /** True if anchors are case-sensitive. */
  exact: boolean;
  /** Tests the bytes at a frequent anchor quickly; returns false if `detect` would find nothing there. */
  mayMatchAt?(bytes: Uint8Array, at: number): boolean;
  /** Returns the secret at an anchor; undefined if there is none. `at` is the offset of the anchor. */
  detect(source: SourceText, at: number, anchor: string): Candidate | undefined;
}
