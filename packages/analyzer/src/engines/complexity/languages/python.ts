import { type ComplexityQuery, decisions, named, operators } from './complexity-query.ts';

const comprehensions = ['list_comprehension', 'set_comprehension', 'dictionary_comprehension', 'generator_expression'];

/**
 * `for` and `if` of a comprehension count like statements. `case _` is a default unless it has a guard. `assert` is no
 * decision.
 */
export const python: ComplexityQuery = {
  grammar: 'python',
  source: `
${named('function', 'function_definition')}
${named('scope', 'class_definition')}
${decisions('if_statement', 'elif_clause', 'for_statement', 'while_statement', 'except_clause', 'conditional_expression')}
${decisions('for_in_clause')}
${comprehensions.map((comprehension) => `(${comprehension} (if_clause) @decision)`).join('\n')}
(case_clause (case_pattern (_))) @decision
(case_clause (case_pattern) @pattern guard: (_) (#eq? @pattern "_")) @decision
${operators('boolean_operator', 'and', 'or')}
`,
};
