import { type ComplexityQuery, decisionNodes, decisionOperators, namedNodes } from './complexity-query.ts';

const scopes = ['class', 'struct', 'record', 'interface', 'enum'].map((kind) => `${kind}_declaration`);

/**
 * A property's `get` and `set` are functions that are named after the property. `_ =>` without a guard and `default:`
 * are no decisions.
 */
export const cSharp: ComplexityQuery = {
  grammar: 'c-sharp',
  source: `
(method_declaration name: (_) @name body: (_)) @function
(local_function_statement name: (_) @name body: (_)) @function
(constructor_declaration name: (_) @name) @function
(destructor_declaration name: (_) @name) @function
(operator_declaration operator: _ @name) @function
(conversion_operator_declaration type: (_) @name) @function
(accessor_declaration name: _ @name body: (_)) @function
(property_declaration name: (_) @name value: (arrow_expression_clause)) @function
(indexer_declaration "this" @name value: (arrow_expression_clause)) @function
(property_declaration name: (_) @name accessors: (_)) @scope
(indexer_declaration "this" @name accessors: (_)) @scope
(event_declaration name: (_) @name) @scope
${namedNodes('scope', ...scopes)}
${decisionNodes('if_statement', 'for_statement', 'foreach_statement', 'while_statement', 'do_statement')}
${decisionNodes('catch_clause', 'conditional_expression')}
(switch_section "case") @decision
(switch_expression_arm . [
  (constant_pattern) (declaration_pattern) (recursive_pattern) (relational_pattern) (type_pattern) (var_pattern) (list_pattern)
  (and_pattern) (or_pattern) (negated_pattern) (parenthesized_pattern) (tuple_pattern)
]) @decision
(switch_expression_arm . (discard) (when_clause)) @decision
${decisionOperators('binary_expression', '&&', '||', '??')}
${decisionOperators('assignment_expression', '??=')}
`,
};
