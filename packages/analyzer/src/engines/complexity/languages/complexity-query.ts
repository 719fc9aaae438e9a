import type { SyntaxQuery } from '../../../syntax/match-syntax.ts';

/**
 * A tree-sitter query that finds functions and their decision points in one language. Captures:
 * - `@function`: a function with a complexity of its own. Lambdas and blocks count to the enclosing function, except in
 * languages where they are ordinary functions (JavaScript, TypeScript, Go, PHP).
 * - `@scope`: a named part of the code that only qualifies names (`Class.method`).
 * - `@name`: the name of the function or scope in the same match. The first pattern that names a function wins.
 * - `@owner`: a prefix of the name, such as the receiver's type in Go.
 * - `@outside`: code inside of a function that does not count to it.
 * - `@decision`: a point where control flow branches: `if`, a loop, a `case` label that is not the default, `catch`, a
 * conditional expression, or a logical operator that may skip its right side. Each one adds 1.
 */
export type ComplexityQuery = SyntaxQuery;

/** Builds query patterns for node types that have their name in the field `name`, as in most grammars. */
export const namedNodes = (capture: 'function' | 'scope', ...nodes: readonly string[]): string =>
  nodes.map((node) => `(${node} name: (_) @name) @${capture}`).join('\n');

export const decisionNodes = (...nodes: readonly string[]): string =>
  `[${nodes.map((node) => `(${node})`).join(' ')}] @decision`;

/** Builds a query pattern that captures the given operators of a binary node type as decisions. */
export const decisionOperators = (node: string, ...tokens: readonly string[]): string =>
  `(${node} [${tokens.map((token) => JSON.stringify(token)).join(' ')}] @decision)`;
