import { type ComplexityQuery, decisionNodes, decisionOperators, namedNodes } from './complexity-query.ts';

const functions = '[(anonymous_function) (arrow_function)]';

export const php: ComplexityQuery = {
  grammar: 'php',
  source: `
${namedNodes('function', 'function_definition')}
(method_declaration name: (_) @name body: (_)) @function
(assignment_expression left: (_) @name right: ${functions} @function)
${functions} @function
${namedNodes('scope', 'class_declaration', 'trait_declaration', 'interface_declaration', 'enum_declaration')}
${decisionNodes('if_statement', 'else_if_clause', 'for_statement', 'foreach_statement', 'while_statement', 'do_statement')}
${decisionNodes('case_statement', 'match_conditional_expression', 'catch_clause', 'conditional_expression')}
${decisionOperators('binary_expression', '&&', '||', '??', 'and', 'or')}
${decisionOperators('augmented_assignment_expression', '??=')}
`,
};
