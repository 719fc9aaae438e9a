import type { SyntaxQuery } from '../../../syntax/match-syntax.ts';

/**
 * How functions and their decision points show in the syntax of a language. Captures of the query:
 *
 * - `@function`: what has a complexity of its own. Lambdas and blocks belong to the function that they stand in, but in the languages
 *   where they are functions like any other (JavaScript, TypeScript, Go, PHP).
 * - `@scope`: what functions are named after (`Class.method`), and nothing else.
 * - `@name`: the name of the function or scope of the same match. The first pattern that names a function counts.
 * - `@outside`: what stands in a function and is none of it.
 * - `@decision`: a point where a function's flow divides: `if`, a loop, a label of a `case` that is not the default, `catch`, a
 *   conditional expression, a logical operator that may leave out its right side. Each adds one.
 */
export type ComplexityLanguage = SyntaxQuery;

/** Of a function or scope: `name` field, which most grammars have. */
export const named = (capture: 'function' | 'scope', ...nodes: readonly string[]): string =>
  nodes.map((node) => `(${node} name: (_) @name) @${capture}`).join('\n');

export const decisions = (...nodes: readonly string[]): string =>
  `[${nodes.map((node) => `(${node})`).join(' ')}] @decision`;

/** Operators of a node that has two sides. */
export const operators = (node: string, ...tokens: readonly string[]): string =>
  `(${node} [${tokens.map((token) => JSON.stringify(token)).join(' ')}] @decision)`;
