import { type ComplexityQuery, decisionNodes, decisionOperators, namedNodes } from './complexity-query.ts';

/** `let … else` counts like `if`, and `loop` like every loop. `?` is no decision, nor is `_ =>` without a guard. */
export const rust: ComplexityQuery = {
  grammar: 'rust',
  source: `
${namedNodes('function', 'function_item')}
${namedNodes('scope', 'mod_item', 'trait_item')}
(impl_item type: [(type_identifier) @name (generic_type type: (_) @name) (scoped_type_identifier) @name]) @scope
${decisionNodes('if_expression', 'while_expression', 'loop_expression', 'for_expression')}
(match_arm pattern: (match_pattern (_))) @decision
(let_declaration alternative: (_)) @decision
${decisionOperators('binary_expression', '&&', '||')}
${decisionOperators('let_chain', '&&')}
`,
};
