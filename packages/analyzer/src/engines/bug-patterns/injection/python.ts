import type { Node, QueryMatch } from '@vscode/tree-sitter-wasm';
import type { Fault } from '../fault.ts';
import { injectionFault } from './fault.ts';

/** A cheap test on the text: files that do not match are not parsed. */
export const pythonHint = /\b(?:eval|exec)\s*\(|\bos\.(?:system|popen)|\bsubprocess\b|\bpickle\b/;

export const pythonCalls = '(call function: (_) @callee arguments: (argument_list) @arguments) @call';

const shells = new Set(['os.system', 'os.popen', 'subprocess.getoutput', 'subprocess.getstatusoutput']);
const PROGRAM = /^subprocess\.(?:run|call|check_call|check_output|Popen)$/;
const PICKLE = /^c?[pP]ickle\.loads?$/;
const OUTSIDE = /\brequest\b|\bresponse\b|\brecv|\bsocket\b|\burlopen\b|\.content\b/i;

export function pythonInjections(matches: readonly QueryMatch[]): Fault[] {
  const faults: Fault[] = [];
  for (const { captures } of matches) {
    const [call, callee, args] = ['call', 'callee', 'arguments'].map(
      (name) => captures.find((capture) => capture.name === name)?.node,
    );
    const given = args?.namedChildren.filter((node): node is Node => node !== null && node.type !== 'comment') ?? [];
    const [first] = given;
    if (call === undefined || callee === undefined || first === undefined) continue;
    const name = callee.text;
    if (name === 'eval' || name === 'exec') {
      // Code that was compiled before is judged where it is compiled.
      if (!isFixed(first) && !/^compile\(/.test(first.text)) faults.push(injectionFault('eval', call));
    } else if (shells.has(name) || (PROGRAM.test(name) && given.some(asksForShell))) {
      if (isPutTogether(first)) faults.push(injectionFault('command-injection', call));
    } else if (PICKLE.test(name) && OUTSIDE.test(first.text)) faults.push(injectionFault('unsafe-pickle', call));
  }
  return faults;
}

const asksForShell = (node: Node): boolean =>
  node.type === 'keyword_argument' && /^shell\s*=\s*(?!False\b|None\b|0\b)/.test(node.text);

function isFixed(node: Node): boolean {
  switch (node.type) {
    case 'string':
      return node.namedChildren.every((child) => child?.type !== 'interpolation' || isConstant(child));
    case 'integer':
    case 'float':
      return true;
    case 'concatenated_string':
    case 'binary_operator':
    case 'parenthesized_expression':
    case 'tuple':
      return node.namedChildren.every((child) => child !== null && (isFixed(child) || isConstant(child)));
    default:
      return false;
  }
}

/** Recognizes, by name, values that an attacker cannot choose. */
const isConstant = (node: Node): boolean => /^\{?(?:[A-Z][A-Z0-9_]*|sys\.executable|__file__)\}?$/.test(node.text);

/**
 * Returns true for a text that contains variables: an f-string, `%`, `+` or `.format()`. A single variable is not
 * reported.
 */
function isPutTogether(node: Node): boolean {
  if (node.type === 'call') {
    const [text] = node.childForFieldName('function')?.namedChildren ?? [];
    return /\.format$/.test(node.childForFieldName('function')?.text ?? '') && text?.type === 'string';
  }
  return ['string', 'binary_operator', 'concatenated_string'].includes(node.type) && !isFixed(node);
}
