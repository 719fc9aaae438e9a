import { type ComplexityQuery, decisionNodes, decisionOperators, namedNodes } from './complexity-query.ts';

const methods = ['method_declaration', 'constructor_declaration'];

/** A label with several values (`case 1, 2`) is one decision. Methods without a body are not counted. */
export const java: ComplexityQuery = {
  grammar: 'java',
  source: `
${methods.map((method) => `(${method} name: (_) @name body: (_)) @function`).join('\n')}
${namedNodes('function', 'compact_constructor_declaration')}
${namedNodes('scope', 'class_declaration', 'interface_declaration', 'enum_declaration', 'record_declaration', 'enum_constant')}
${decisionNodes('if_statement', 'for_statement', 'enhanced_for_statement', 'while_statement', 'do_statement')}
${decisionNodes('catch_clause', 'ternary_expression')}
(switch_label "case") @decision
${decisionOperators('binary_expression', '&&', '||')}
`,
};
