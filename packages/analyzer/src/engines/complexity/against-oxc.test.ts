import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';
import { languageOfName } from '../../languages/detect-language.ts';
import { complexityInspector } from './inspector.ts';

/** Pairs [line, complexity] of every function in a file, in the order in which the functions begin. */
type Measured = [line: number, complexity: number][];

/**
 * Known differences, which occur in none of these packages: decisions in a computed method name count to the method
 * here and to the enclosing function there; the grammar parses a generic function type as first type argument (`f<<T>()
 * => void>()`) as a shift operator.
 */
describe('complexity of JavaScript and TypeScript', () => {
  for (const [name, pattern] of [
    ['fastify', '{.,lib,types}/*.{js,ts}'],
    ['undici', '**/*.{js,ts}'],
    ['kysely', 'dist/**/*.js'],
    ['typebox', '**/*.mjs'],
    ['ajv', 'lib/**/*.ts'],
    ['@fastify/ajv-compiler', '**/*.{js,ts}'],
  ] as const) {
    it(`equals that of an independent parser for every function of ${name}`, async () => {
      const folder = folderOf(name);
      const files = globSync(pattern, { cwd: folder }).filter((path) => !path.includes('node_modules'));
      const differing: string[] = [];
      let functions = 0;
      for (const file of files) {
        const bytes = readFileSync(join(folder, file));
        const actual = await measuredByUs(file, bytes);
        // Files without a result were skipped because they are minified; all others must be measured.
        if (actual === undefined) continue;
        const expected = measuredByOxc(file, bytes.toString());
        functions += expected.length;
        if (JSON.stringify(actual) !== JSON.stringify(expected))
          differing.push(`${file}: ${firstDifference(actual, expected)}`);
      }
      assert.deepEqual(differing, []);
      assert.ok(functions > 40, `only ${functions} functions were compared`);
    });
  }
});

function folderOf(name: string): string {
  const from = dirname(fileURLToPath(import.meta.url));
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (globSync('package.json', { cwd: candidate }).length > 0) return candidate;
  }
  return assert.fail(`${name} is not installed above ${relative('.', from)}`);
}

async function measuredByUs(path: string, bytes: Buffer): Promise<Measured | undefined> {
  const language = languageOfName(path);
  const result = await complexityInspector.inspect({ path, bytes, language, text: () => bytes.toString() });
  assert.ok(result !== undefined, path);
  if ('skipped' in result) {
    assert.equal(result.skipped, 'minified', path);
    return undefined;
  }
  return result.functions.map(({ startLine, complexity }) => [startLine, complexity]);
}

interface Syntax {
  type: string;
  start: number;
  [key: string]: unknown;
}

const functionTypes = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const decisionTypes = new Set([
  'IfStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
  'CatchClause',
  'ConditionalExpression',
  'LogicalExpression',
]);

function measuredByOxc(path: string, text: string): Measured {
  const { program, errors } = parseSync(path, text);
  assert.deepEqual(errors, [], path);
  const found: { start: number; complexity: number }[] = [];
  const visit = (value: unknown, owner: { complexity: number }): void => {
    if (Array.isArray(value)) for (const one of value) visit(one, owner);
    if (!isSyntax(value)) return;
    let inner = owner;
    const method =
      value.type === 'MethodDefinition' || (value.type === 'Property' && isMethod(value)) ? value : undefined;
    if (functionTypes.has(value.type)) {
      inner = { complexity: 1 };
      found.push(Object.assign(inner, { start: value.start }));
    } else if (isDecision(value)) owner.complexity += 1;
    for (const [key, child] of Object.entries(value)) {
      if (key === 'parent') continue;
      // A method begins at its name, not at its parameters.
      if (method !== undefined && key === 'value' && isSyntax(child) && functionTypes.has(child.type)) {
        visit({ ...child, start: methodStart(method) }, inner);
      } else visit(child, inner);
    }
  };
  visit(program, { complexity: 1 });
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  found.sort((a, b) => a.start - b.start);
  return found.map(({ start, complexity }) => [
    lineStarts.findLastIndex((lineStart) => lineStart <= start) + 1,
    complexity,
  ]);
}

/** In tree-sitter's syntax decorators precede a method, in ESTree they belong to it. */
function methodStart({ start, decorators }: Syntax): number {
  assert.ok(!Array.isArray(decorators) || decorators.length === 0, 'decorators are not expected in these packages');
  return start;
}

const isMethod = ({ method, kind }: Syntax): boolean => method === true || kind === 'get' || kind === 'set';

function isDecision({ type, test, operator }: Syntax): boolean {
  if (decisionTypes.has(type)) return true;
  if (type === 'SwitchCase') return test !== null;
  return type === 'AssignmentExpression' && ['&&=', '||=', '??='].includes(String(operator));
}

const isSyntax = (value: unknown): value is Syntax =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

function firstDifference(actual: Measured, expected: Measured): string {
  const at = expected.findIndex((their, index) => String(their) !== String(actual[index]));
  const place = at < 0 ? expected.length : at;
  return `${actual.length} and ${expected.length} functions; the first that differs is [${actual[place]}] and [${expected[place]}]`;
}
