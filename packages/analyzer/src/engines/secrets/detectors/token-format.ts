import type { Severity } from '../../../severity.ts';
import { type Candidate, type Detector, ranks, type SourceText } from '../detector.ts';
import { isPlaceholder } from '../harmless-values.ts';

/** Format of a token with a prefix of its issuer, which identifies it without context. */
export interface TokenFormat {
  /** Name of the rule without the engine's name. */
  rule: string;
  /** Case-sensitive texts at which tokens are found; only tokens of this format contain them. */
  anchors: readonly string[];
  /** Maximum number of the token's characters before the anchor; default 0. */
  before?: number;
  /** Number of characters of the anchor that precede the token; default 0. */
  offset?: number;
  /** Sticky pattern that matches from the token's beginning. The secret is its first group, if it has one. */
  pattern: RegExp;
  /**
   * Severity of the token outside of tests and documentation; default critical. A function computes the severity from the token and
   * returns undefined if the token is not a secret.
   */
  severity?: Severity | ((token: string) => Severity | undefined);
  note?: string;
}

const MAX_LENGTH = 600;
const TOKEN_CHARACTER = /[A-Za-z0-9_-]/;

export function tokenDetector(format: TokenFormat): Detector {
  const { rule, anchors, before = 0, offset = 0, pattern, severity = 'critical', note } = format;
  return {
    anchors,
    exact: true,
    detect({ text }, at): Candidate | undefined {
      const from = before === 0 ? at + offset : beginningOfToken(text, at, before);
      if (!isBoundary(text, from)) return undefined;
      pattern.lastIndex = from;
      const match = pattern.exec(text);
      if (match === null || TOKEN_CHARACTER.test(text.charAt(from + match[0].length))) return undefined;
      const token = match[1] ?? match[0];
      const start = from + match[0].length - token.length;
      if (token.length > MAX_LENGTH || isPlaceholder(randomPart(token))) return undefined;
      const level = typeof severity === 'function' ? severity(token) : severity;
      if (level === undefined) return undefined;
      const candidate: Candidate = {
        rule,
        start,
        end: start + token.length,
        severity: level,
        rank: ranks.issuer,
        guessable: false,
      };
      return note === undefined ? candidate : { ...candidate, note };
    },
  };
}

/**
 * Returns the longest alphanumeric part of a token if it has at least 16 characters, else what follows the first separator: shorter parts
 * may be account numbers, which are not random.
 */
function randomPart(token: string): string {
  const [longest = ''] = token.split(/[^A-Za-z0-9]/).sort((a, b) => b.length - a.length);
  return longest.length >= 16 ? longest : token.slice(token.search(/[_.:-]/) + 1);
}

function beginningOfToken(text: string, at: number, most: number): number {
  let start = at;
  while (start > 0 && at - start < most && TOKEN_CHARACTER.test(text.charAt(start - 1))) start -= 1;
  return start;
}

/**
 * Returns true if no word continues across this offset of the text. The `n` of an escaped `
 * ` is no part of a word.
 */
export function isBoundary(text: SourceText['text'], at: number): boolean {
  if (at === 0 || !/[A-Za-z0-9_]/.test(text.charAt(at - 1))) return true;
  return /[nrt]/.test(text.charAt(at - 1)) && text.charAt(at - 2) === '\\';
}
