import { type ComplexityQuery, decisions, named, operators } from './complexity-query.ts';

const methods = ['method_declaration', 'constructor_declaration'];

/** A label with several values (`case 1, 2`) is one decision. Methods without a body are not counted. */
export const java: ComplexityQuery = {
  grammar: 'java',
  source: `
${methods.map((method) => `(${method} name: (_) @name body: (_)) @function`).join('\n')}
${named('function', 'compact_constructor_declaration')}
${named('scope', 'class_declaration', 'interface_declaration', 'enum_declaration', 'record_declaration', 'enum_constant')}
${decisions('if_statement', 'for_statement', 'enhanced_for_statement', 'while_statement', 'do_statement')}
${decisions('catch_clause', 'ternary_expression')}
(switch_label "case") @decision
${operators('binary_expression', '&&', '||')}
`,
};
