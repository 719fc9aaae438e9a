import type { Node, QueryMatch } from '@vscode/tree-sitter-wasm';
import type { FileFinding } from '../../../finding.ts';
import { injectionFinding } from './injection-finding.ts';

/** A cheap test for code that may contain injections: files whose text does not match are not parsed. */
export const javascriptHint = /\beval\s*\(|\bFunction\s*\(|child_process/;

export const javascriptCalls = `
(call_expression function: (_) @callee arguments: (arguments) @arguments) @call
(new_expression constructor: (identifier) @callee arguments: (arguments) @arguments) @call
(import_statement) @import
(variable_declarator name: (_) @bound value: (_) @value)
`;

const shells = new Set(['exec', 'execSync']);
/** These functions run a command in a shell only if their options ask for it. */
const programs = new Set(['spawn', 'spawnSync', 'execFile', 'execFileSync']);
const MODULE = /^['"`](?:node:)?child_process['"`]$/;

/** The names under which a file uses `node:child_process`. */
interface Bindings {
  /** Names bound to the module: `cp` in `cp.exec()`. */
  modules: Set<string>;
  /** Functions of the module by the name they have in this file. */
  functions: Map<string, string>;
}

export function javascriptInjections(matches: readonly QueryMatch[]): FileFinding[] {
  const bindings = readBindings(matches);
  const findings: FileFinding[] = [];
  for (const match of matches) {
    const [call, callee, args] = ['call', 'callee', 'arguments'].map((name) => nodeOf(match, name));
    if (call === undefined || callee === undefined || args === undefined) continue;
    const given = args.namedChildren.filter((node): node is Node => node !== null && node.type !== 'comment');
    const [first] = given;
    if (first === undefined) continue;
    if (callee.text === 'eval' && call.type === 'call_expression') {
      if (!isConstant(first)) findings.push(injectionFinding('eval', call));
    } else if (callee.text === 'Function') {
      if (!given.every(isConstant)) findings.push(injectionFinding('eval', call));
    } else {
      const called = calledFunction(callee, bindings);
      if (called === undefined || !hasVariables(first)) continue;
      const shell = shells.has(called) || (programs.has(called) && given.some(asksForShell));
      if (shell) findings.push(injectionFinding('command-injection', call));
    }
  }
  return findings;
}

function readBindings(matches: readonly QueryMatch[]): Bindings {
  const bindings: Bindings = { modules: new Set(), functions: new Map() };
  for (const match of matches) {
    const imported = nodeOf(match, 'import');
    if (imported !== undefined && MODULE.test(imported.childForFieldName('source')?.text ?? '')) {
      for (const node of imported.descendantsOfType(['import_specifier', 'namespace_import', 'import_clause'])) {
        if (node !== null) bindImport(node, bindings);
      }
    }
    const bound = nodeOf(match, 'bound');
    const value = nodeOf(match, 'value');
    if (bound === undefined || value === undefined) continue;
    if (isRequired(value)) {
      if (bound.type === 'identifier') bindings.modules.add(bound.text);
      for (const node of bound.namedChildren) if (node !== null) bindPattern(node, bindings);
    } else if (bound.type === 'identifier') {
      // Handles a promisified function, as in `const run = promisify(exec)`.
      const wrapped = /^(?:util\.)?promisify\(\s*([\w$.]+)\s*\)$/.exec(value.text)?.[1];
      const [owner, name] = wrapped?.includes('.') ? wrapped.split('.') : [undefined, wrapped];
      const original =
        owner === undefined ? bindings.functions.get(name ?? '') : bindings.modules.has(owner) ? name : undefined;
      if (original !== undefined) bindings.functions.set(bound.text, original);
    }
  }
  return bindings;
}

function bindImport(node: Node, { modules, functions }: Bindings): void {
  if (node.type === 'import_specifier') {
    const name = node.childForFieldName('name')?.text ?? '';
    functions.set(node.childForFieldName('alias')?.text ?? name, name);
    return;
  }
  // Handles imports of the whole module: `import cp from` and `import * as cp from`.
  for (const child of node.namedChildren) if (child?.type === 'identifier') modules.add(child.text);
}

/** Handles the names in a destructuring pattern or import list: `{ exec, execSync: run }`. */
function bindPattern(node: Node, { functions }: Bindings): void {
  if (node.type === 'shorthand_property_identifier_pattern') functions.set(node.text, node.text);
  if (node.type !== 'pair_pattern') return;
  const name = node.childForFieldName('key')?.text ?? '';
  functions.set(node.childForFieldName('value')?.text ?? name, name);
}

/** Recognizes `require('child_process')` and `await import('child_process')`. */
function isRequired(node: Node): boolean {
  const call = node.type === 'await_expression' ? node.namedChildren[0] : node;
  if (call?.type !== 'call_expression') return false;
  const callee = call.childForFieldName('function')?.text;
  const [module] = call.childForFieldName('arguments')?.namedChildren ?? [];
  return (callee === 'require' || callee === 'import') && MODULE.test(module?.text ?? '');
}

function calledFunction(callee: Node, { modules, functions }: Bindings): string | undefined {
  if (callee.type === 'identifier') return functions.get(callee.text);
  if (callee.type !== 'member_expression') return undefined;
  const object = callee.childForFieldName('object');
  if (object === null || !(modules.has(object.text) || isRequired(object))) return undefined;
  return callee.childForFieldName('property')?.text;
}

const asksForShell = (node: Node): boolean =>
  node.type === 'object' && /\bshell['"]?\s*:(?!\s*(?:false|undefined|null)\b)/.test(node.text);

/** Values that an attacker cannot choose: names in the style of constants, and properties of this program. */
const TRUSTED_NAME =
  /^(?:[A-Z][A-Z0-9_]*|__dirname|__filename|process\.(?:execPath|pid|platform|arch|cwd\(\))|import\.meta\.\w+)$/;

/** Returns true for a literal and for expressions of literals only. */
function isConstant(node: Node): boolean {
  switch (node.type) {
    case 'string':
    case 'number':
      return true;
    case 'template_string':
      return node.namedChildren.every(
        (child) => child?.type !== 'template_substitution' || isConstantSubstitution(child),
      );
    case 'binary_expression':
    case 'parenthesized_expression':
      return node.namedChildren.every(
        (child) => child !== null && (isConstant(child) || TRUSTED_NAME.test(child.text)),
      );
    default:
      return false;
  }
}

const isConstantSubstitution = (node: Node): boolean =>
  node.namedChildren.every((child) => child !== null && (isConstant(child) || TRUSTED_NAME.test(child.text)));

/** Returns true for a text that contains variables. A single variable is not reported, because its content is unknown. */
const hasVariables = (node: Node): boolean =>
  (node.type === 'template_string' || node.type === 'binary_expression') && !isConstant(node);

const nodeOf = ({ captures }: QueryMatch, name: string): Node | undefined =>
  captures.find((capture) => capture.name === name)?.node;
