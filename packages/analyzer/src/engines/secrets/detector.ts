import type { Severity } from '../../severity.ts';

/** A file as the rules see it. */
export interface SourceText {
  /** One character per byte: offsets in it are offsets in the file. */
  text: string;
  /** Without folders. */
  name: string;
  language: string | null;
  /** Values stand in it without quotes: YAML, INI, `.env`, shell scripts. */
  unquoted: boolean;
  /** Written by a program and full of hashes: a lockfile, a source map. */
  generated: boolean;
}

/** A secret that one rule sees. */
export interface Candidate {
  /** Without the name of the engine: `github-token`. */
  rule: string;
  /** Of the secret itself in the text; of what surrounds it where it has several lines. */
  start: number;
  end: number;
  /** What makes it this secret: equal for equal secrets that are written in other ways. Default: the text itself. */
  value?: string;
  /** Outside of tests and documentation. */
  severity: Severity;
  /** Higher: says more exactly what it is; of several rules for the same text the highest one is reported. */
  rank: number;
  /** It may be guessed: see `secretIdentity`. */
  guessable: boolean;
  /** Seconds since 1970 from which on it is worth nothing. */
  expires?: number;
  /** What else there is to say about it, one sentence. */
  note?: string;
}

/** From a format that one issuer uses, over one that many use, to a name that a value is assigned to. */
export const ranks = { issuer: 3, format: 2, assignment: 1 } as const;

/** A rule that looks only where one of its anchors stands, at a bounded number of characters around it. */
export interface Detector {
  /** At least 4 characters of ASCII each. */
  anchors: readonly string[];
  /** Whether upper and lower case of the anchors differ. */
  exact: boolean;
  /** A first look at the bytes, for anchors that stand in nearly every file: false where `detect` would find nothing. */
  mayStandAt?(bytes: Uint8Array, at: number): boolean;
  /** `at`: where the anchor begins. */
  detect(source: SourceText, at: number, anchor: string): Candidate | undefined;
}
