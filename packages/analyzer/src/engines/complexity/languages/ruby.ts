import { type ComplexityQuery, decisionNodes, decisionOperators, namedNodes } from './complexity-query.ts';

/** Blocks count to the method that contains them, and calling a block is no loop. `&.` is no decision. */
export const ruby: ComplexityQuery = {
  grammar: 'ruby',
  source: `
${namedNodes('function', 'method', 'singleton_method')}
${namedNodes('scope', 'class', 'module')}
${decisionNodes('if', 'elsif', 'unless', 'if_modifier', 'unless_modifier', 'conditional')}
${decisionNodes('while', 'until', 'while_modifier', 'until_modifier', 'for')}
${decisionNodes('when', 'rescue', 'rescue_modifier')}
(in_clause pattern: (_) @pattern (#not-eq? @pattern "_")) @decision
(in_clause pattern: (_) @pattern guard: (_) (#eq? @pattern "_")) @decision
${decisionOperators('binary', '&&', '||', 'and', 'or')}
${decisionOperators('operator_assignment', '&&=', '||=')}
`,
};
