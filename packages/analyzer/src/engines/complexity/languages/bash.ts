import { type ComplexityLanguage, decisions, named, operators } from './language.ts';

/** `a && b` decides as `if a; then b; fi` does. `*)` is a default. */
export const bash: ComplexityLanguage = {
  grammar: 'bash',
  source: `
${named('function', 'function_definition')}
${decisions('if_statement', 'elif_clause', 'for_statement', 'c_style_for_statement', 'while_statement', 'ternary_expression')}
(case_item . value: (_) @pattern (#not-eq? @pattern "*")) @decision
${operators('list', '&&', '||')}
${operators('binary_expression', '&&', '||')}
`,
};
