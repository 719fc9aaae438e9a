import { type ComplexityQuery, decisions, named, operators } from './complexity-query.ts';

/** `let … else` counts like `if`, and `loop` like every loop. `?` is no decision, nor is `_ =>` without a guard. */
export const rust: ComplexityQuery = {
  grammar: 'rust',
  source: `
${named('function', 'function_item')}
${named('scope', 'mod_item', 'trait_item')}
(impl_item type: [(type_identifier) @name (generic_type type: (_) @name) (scoped_type_identifier) @name]) @scope
${decisions('if_expression', 'while_expression', 'loop_expression', 'for_expression')}
(match_arm pattern: (match_pattern (_))) @decision
(let_declaration alternative: (_)) @decision
${operators('binary_expression', '&&', '||')}
${operators('let_chain', '&&')}
`,
};
