import { type ComplexityQuery, decisionNodes, decisionOperators, namedNodes } from './complexity-query.ts';

const declared = '(function_declarator declarator: (_) @name)';

/** C uses the grammar of C++. Preprocessor conditions are no decisions of a function. */
export const cpp: ComplexityQuery = {
  grammar: 'cpp',
  source: `
(function_definition declarator: ${declared}) @function
(function_definition declarator: (pointer_declarator declarator: ${declared})) @function
(function_definition declarator: (pointer_declarator declarator: (pointer_declarator declarator: ${declared}))) @function
(function_definition declarator: (reference_declarator ${declared})) @function
(function_definition declarator: (operator_cast) @name) @function
(function_definition) @function
${namedNodes('scope', 'class_specifier', 'struct_specifier', 'union_specifier')}
(preproc_if condition: (_) @outside)
(preproc_elif condition: (_) @outside)
${decisionNodes('if_statement', 'for_statement', 'for_range_loop', 'while_statement', 'do_statement')}
${decisionNodes('catch_clause', 'conditional_expression')}
(case_statement value: (_)) @decision
${decisionOperators('binary_expression', '&&', '||', 'and', 'or')}
`,
};
