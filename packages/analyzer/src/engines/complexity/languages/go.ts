import { type ComplexityQuery, decisionNodes, decisionOperators, namedNodes } from './complexity-query.ts';

/** A method's name begins with the type of its receiver. */
export const go: ComplexityQuery = {
  grammar: 'go',
  source: `
(method_declaration
  receiver: (parameter_list (parameter_declaration type: [
    (type_identifier) @owner
    (generic_type type: (_) @owner)
    (pointer_type [(type_identifier) @owner (generic_type type: (_) @owner)])
  ]))
  name: (_) @name) @function
${namedNodes('function', 'function_declaration')}
(short_var_declaration left: (expression_list . (identifier) @name .) right: (expression_list . (func_literal) @function .))
(var_spec name: (identifier) @name value: (expression_list . (func_literal) @function .))
(func_literal) @function
${decisionNodes('if_statement', 'for_statement', 'expression_case', 'type_case', 'communication_case')}
${decisionOperators('binary_expression', '&&', '||')}
`,
};
