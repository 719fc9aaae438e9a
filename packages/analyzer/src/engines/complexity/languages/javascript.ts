import { type ComplexityQuery, decisionNodes, decisionOperators, namedNodes } from './complexity-query.ts';

const functions = '[(function_expression) (generator_function) (arrow_function)]';

/**
 * The common part of JavaScript and TypeScript. `a ||= b` is a decision because it may skip the assignment; `?.` is
 * none.
 */
export const ecmascript = `
${namedNodes('function', 'function_declaration', 'generator_function_declaration', 'function_expression', 'generator_function')}
${namedNodes('function', 'method_definition')}
(variable_declarator name: (identifier) @name value: ${functions} @function)
(assignment_expression left: (_) @name right: ${functions} @function)
(assignment_pattern left: (identifier) @name right: ${functions} @function)
(pair key: (_) @name value: ${functions} @function)
${functions} @function
${namedNodes('scope', 'class_declaration', 'class')}
(variable_declarator name: (identifier) @name value: [(class) (object)] @scope)
(assignment_expression left: (_) @name right: [(class) (object)] @scope)
(pair key: (_) @name value: (object) @scope)
${decisionNodes('if_statement', 'for_statement', 'for_in_statement', 'while_statement', 'do_statement')}
${decisionNodes('switch_case', 'catch_clause', 'ternary_expression')}
${decisionOperators('binary_expression', '&&', '||', '??')}
${decisionOperators('augmented_assignment_expression', '&&=', '||=', '??=')}
`;

export const javascript: ComplexityQuery = {
  grammar: 'javascript',
  source: `${ecmascript}
(field_definition property: (_) @name value: ${functions} @function)`,
};

const typed = `${ecmascript}
(public_field_definition name: (_) @name value: ${functions} @function)
${namedNodes('scope', 'abstract_class_declaration', 'internal_module', 'module')}`;

export const typescript: ComplexityQuery = { grammar: 'typescript', source: typed };
export const tsx: ComplexityQuery = { grammar: 'tsx', source: typed };
