import { type ComplexityQuery, decisions, named, operators } from './complexity-query.ts';

const functions = '[(anonymous_function) (arrow_function)]';

export const php: ComplexityQuery = {
  grammar: 'php',
  source: `
${named('function', 'function_definition')}
(method_declaration name: (_) @name body: (_)) @function
(assignment_expression left: (_) @name right: ${functions} @function)
${functions} @function
${named('scope', 'class_declaration', 'trait_declaration', 'interface_declaration', 'enum_declaration')}
${decisions('if_statement', 'else_if_clause', 'for_statement', 'foreach_statement', 'while_statement', 'do_statement')}
${decisions('case_statement', 'match_conditional_expression', 'catch_clause', 'conditional_expression')}
${operators('binary_expression', '&&', '||', '??', 'and', 'or')}
${operators('augmented_assignment_expression', '??=')}
`,
};
