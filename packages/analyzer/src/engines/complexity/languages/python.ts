import { type ComplexityQuery, decisionNodes, decisionOperators, namedNodes } from './complexity-query.ts';

const comprehensions = ['list_comprehension', 'set_comprehension', 'dictionary_comprehension', 'generator_expression'];

/**
 * `for` and `if` of a comprehension count like statements. `case _` is a default unless it has a guard. `assert` is no
 * decision.
 */
export const python: ComplexityQuery = {
  grammar: 'python',
  source: `
${namedNodes('function', 'function_definition')}
${namedNodes('scope', 'class_definition')}
${decisionNodes('if_statement', 'elif_clause', 'for_statement', 'while_statement', 'except_clause', 'conditional_expression')}
${decisionNodes('for_in_clause')}
${comprehensions.map((comprehension) => `(${comprehension} (if_clause) @decision)`).join('\n')}
(case_clause (case_pattern (_))) @decision
(case_clause (case_pattern) @pattern guard: (_) (#eq? @pattern "_")) @decision
${decisionOperators('boolean_operator', 'and', 'or')}
`,
};
