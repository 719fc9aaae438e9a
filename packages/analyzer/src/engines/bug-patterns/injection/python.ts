import type { Node, QueryMatch } from '@vscode/tree-sitter-wasm';
import type { FileFinding } from '../../../finding.ts';
import { injectionFinding } from './injection-finding.ts';

/** A cheap test for code that may contain injections: files whose text does not match are not parsed. */
export const pythonHint = /\b(?:eval|exec)\s*\(|\bos\.(?:system|popen)|\bsubprocess\b|\bpickle\b/;

export const pythonCalls = '(call function: (_) @callee arguments: (argument_list) @arguments) @call';

const shells = new Set(['os.system', 'os.popen', 'subprocess.getoutput', 'subprocess.getstatusoutput']);
const PROGRAM = /^subprocess\.(?:run|call|check_call|check_output|Popen)$/;
const PICKLE = /^c?[pP]ickle\.loads?$/;
const OUTSIDE = /\brequest\b|\bresponse\b|\brecv|\bsocket\b|\burlopen\b|\.content\b/i;

export function pythonInjections(matches: readonly QueryMatch[]): FileFinding[] {
  const findings: FileFinding[] = [];
  for (const { captures } of matches) {
    const [call, callee, args] = ['call', 'callee', 'arguments'].map(
      (name) => captures.find((capture) => capture.name === name)?.node,
    );
    const given = args?.namedChildren.filter((node): node is Node => node !== null && node.type !== 'comment') ?? [];
    const [first] = given;
    if (call === undefined || callee === undefined || first === undefined) continue;
    const name = callee.text;
    if (name === 'eval' || name === 'exec') {
      // Do not report `eval` and `exec` of compiled code, because it is judged where it is compiled.
      if (!isFixed(first) && !/^compile\(/.test(first.text)) findings.push(injectionFinding('eval', call));
    } else if (shells.has(name) || (PROGRAM.test(name) && given.some(asksForShell))) {
      if (hasVariables(first)) findings.push(injectionFinding('command-injection', call));
    } else if (PICKLE.test(name) && OUTSIDE.test(first.text)) findings.push(injectionFinding('unsafe-pickle', call));
  }
  return findings;
}

const asksForShell = (node: Node): boolean =>
  node.type === 'keyword_argument' && /^shell\s*=\s*(?!False\b|None\b|0\b)/.test(node.text);

function isFixed(node: Node): boolean {
  switch (node.type) {
    case 'string':
      return node.namedChildren.every((child) => child?.type !== 'interpolation' || isTrustedName(child));
    case 'integer':
    case 'float':
      return true;
    case 'concatenated_string':
    case 'binary_operator':
    case 'parenthesized_expression':
    case 'tuple':
      return node.namedChildren.every((child) => child !== null && (isFixed(child) || isTrustedName(child)));
    default:
      return false;
  }
}

/** Recognizes, by name, values that an attacker cannot choose. */
const isTrustedName = (node: Node): boolean => /^\{?(?:[A-Z][A-Z0-9_]*|sys\.executable|__file__)\}?$/.test(node.text);

/**
 * Returns true for a text that contains variables: an f-string, `%`, `+` or `.format()`. A single variable is not
 * reported.
 */
function hasVariables(node: Node): boolean {
  if (node.type === 'call') {
    const [text] = node.childForFieldName('function')?.namedChildren ?? [];
    return /\.format$/.test(node.childForFieldName('function')?.text ?? '') && text?.type === 'string';
  }
  return ['string', 'binary_operator', 'concatenated_string'].includes(node.type) && !isFixed(node);
}
