import { type ComplexityQuery, decisions, named, operators } from './complexity-query.ts';

/** Blocks count to the method that contains them, and calling a block is no loop. `&.` is no decision. */
export const ruby: ComplexityQuery = {
  grammar: 'ruby',
  source: `
${named('function', 'method', 'singleton_method')}
${named('scope', 'class', 'module')}
${decisions('if', 'elsif', 'unless', 'if_modifier', 'unless_modifier', 'conditional')}
${decisions('while', 'until', 'while_modifier', 'until_modifier', 'for')}
${decisions('when', 'rescue', 'rescue_modifier')}
(in_clause pattern: (_) @pattern (#not-eq? @pattern "_")) @decision
(in_clause pattern: (_) @pattern guard: (_) (#eq? @pattern "_")) @decision
${operators('binary', '&&', '||', 'and', 'or')}
${operators('operator_assignment', '&&=', '||=')}
`,
};
