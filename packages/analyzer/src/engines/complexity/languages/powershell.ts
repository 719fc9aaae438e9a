import { type ComplexityLanguage, decisions, operators } from './language.ts';

/** The grammar has no fields: names are told by their place. `default` of a switch is none. */
export const powershell: ComplexityLanguage = {
  grammar: 'powershell',
  source: `
(function_statement (function_name) @name) @function
(class_method_definition (simple_name) @name) @function
(class_statement . (simple_name) @name) @scope
${decisions('if_statement', 'elseif_clause', 'for_statement', 'foreach_statement', 'while_statement', 'do_statement')}
${decisions('catch_clause')}
(switch_clause (switch_clause_condition) @pattern (#not-eq? @pattern "default")) @decision
${operators('logical_expression', '-and', '-or')}
${operators('pipeline_chain_tail', '&&', '||')}
`,
};
