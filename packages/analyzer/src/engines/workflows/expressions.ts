import type { YamlScalar } from './yaml-tree.ts';

/** An expression `${{ … }}` in a scalar. */
export interface Expression {
  /** Text of the expression without the braces. */
  text: string;
  /** Offset of the expression's opening braces in the source. */
  start: number;
  end: number;
}

const MAX_EXPRESSIONS = 500;

/** Finds the expressions of a scalar in the source text, so that each one has its own line. */
export function expressionsOf({ start, end }: YamlScalar, source: string): Expression[] {
  const found: Expression[] = [];
  let at = source.indexOf('${{', start);
  while (at >= 0 && at < end && found.length < MAX_EXPRESSIONS) {
    const close = source.indexOf('}}', at);
    if (close < 0 || close >= end) break;
    found.push({ text: source.slice(at + 3, close).trim(), start: at, end: close + 2 });
    at = source.indexOf('${{', close);
  }
  return found;
}

/**
 * Properties of events that people without write access control:
 * https://docs.github.com/en/actions/reference/security/secure-use#understanding-the-risk-of-script-injections
 */
const UNTRUSTED = [
  String.raw`github\.head_ref`,
  String.raw`github\.event\.(?:issue|pull_request|discussion)\.(?:title|body)`,
  String.raw`github\.event\.(?:comment|review|review_comment)\.body`,
  String.raw`github\.event\.pull_request\.head\.(?:ref|label|repo\.(?:default_branch|description|homepage))`,
  String.raw`github\.event\.pages\.[\d*]+\.page_name`,
  String.raw`github\.event\.(?:commits\.[\d*]+|head_commit|workflow_run\.head_commit)\.(?:message|(?:author|committer)\.(?:email|name))`,
  String.raw`github\.event\.workflow_run\.(?:head_branch|display_title|head_repository\.description|pull_requests\.[\d*]+\.head\.ref)`,
];
const UNTRUSTED_PATH = new RegExp(`(?<![\\w.-])(?:${UNTRUSTED.join('|')})(?![\\w-])`, 'i');
/** Matches expressions that convert whole objects with such untrusted properties to JSON. */
const UNTRUSTED_OBJECT =
  /tojson\(\s*github(?:\.event(?:\.(?:issue|pull_request|comment|review|discussion|head_commit|commits|workflow_run|pages)(?:\.head)?)?)?\s*\)/i;

/** Returns the untrusted property whose value becomes part of the expression's value; undefined if there is none. */
export function untrustedPart(expression: string): string | undefined {
  const value = valueParts(expression);
  return UNTRUSTED_OBJECT.exec(value)?.[0] ?? UNTRUSTED_PATH.exec(value)?.[0];
}

/** Returns the inputs or environment variables whose values the expression uses: `inputs.name` gives `['name']`. */
export function namesIn(expression: string, context: 'inputs' | 'env'): string[] {
  const pattern = new RegExp(`(?<![\\w.-])(?:github\\.event\\.)?${context}\\.([\\w-]+)`, 'gi');
  return [...valueParts(expression).matchAll(pattern)].map(([, name = '']) => name);
}

const PATH = "[\\w.*-]+|'(?:[^']|'')*'";
const COMPARISON = new RegExp(`(?:${PATH})\\s*(?:[!=]=|[<>]=?)\\s*(?:${PATH})`, 'g');
const QUESTION = /(?:contains|startswith|endswith|hashfiles|success|failure|always|cancelled)\([^()]*\)/gi;

/** Removes comparisons, conditions and function calls, whose values are not those of their operands. */
function valueParts(expression: string): string {
  const flat = expression
    .slice(0, 4000)
    // Normalize `github['event'].issue` to `github.event.issue` and `commits[0]` to `commits.0`.
    .replace(
      /\[\s*(?:'([\w-]+)'|(\d+|\*))\s*\]/g,
      (_, name: string | undefined, index: string | undefined) => `.${name ?? index}`,
    );
  return flat
    .replace(QUESTION, 'true')
    .replace(COMPARISON, 'true')
    .replace(new RegExp(`(?:!\\s*)?(?:${PATH})\\s*&&`, 'g'), '')
    .replace(/'(?:[^']|'')*'/g, "''");
}
