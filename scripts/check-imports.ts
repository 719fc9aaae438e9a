import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { findCircles } from './imports/find-circles.ts';

/**
 * Checks that imports point in one direction, that no files import each other in a circle, and that SQL is only in files named for it. A
 * package may import those in the table below, by their names. A folder of the server may import itself, the folders in the rows above
 * its own, and the shared modules. Tests may import anything of their own package. SQL belongs in a `*-queries.ts` file of its feature, or in
 * `database/`.
 */
const ROOT = resolve(import.meta.dirname, '..');
const SERVER = 'packages/server/src';

const SHARED = [
  'background',
  'config',
  'environment-schema',
  'errors',
  'logging',
  'if-present',
  'recent-cache',
  'startup-errors',
  'text-length',
  'version',
];

/** The server's folders, and the files beside them, from the bottom to the top. */
const ROWS: readonly (readonly string[])[] = [
  ['database'],
  ['http'],
  ['egress'],
  ['keys', 'postgres'],
  ['accounts'],
  ['integrations'],
  ['jobs'],
  ['tasks'],
  ['sync'],
  ['webhooks', 'analyses'],
  ['api'],
  ['housekeeping'],
  ['background-work', 'listen'],
  ['compose'],
  ['open-migrated-database', 'heap-growth'],
  ['start-server'],
  ['print-welcome'],
  ['run-server'],
  ['main'],
];

/** The packages of ours that a package may import. */
const PACKAGES: Record<string, readonly string[]> = {
  'packages/integration-kit': [],
  'packages/analyzer': [],
  'packages/client': [],
  'packages/fake-github': [],
  'packages/server': ['@commandcenter/analyzer', '@commandcenter/integration-kit'],
  'packages/cli': ['@commandcenter/analyzer', '@commandcenter/client', '@commandcenter/server'],
  '.github/actions/commandcenter-analyze': ['@commandcenter/analyzer', '@commandcenter/client'],
};
const INTEGRATION_MAY_IMPORT = ['@commandcenter/integration-kit'];

/** Matches an import of Kysely's raw SQL, and the calls that begin a query. */
const SQL =
  /import\s*\{[^}]*\bsql\b[^}]*\}\s*from\s*(['"])kysely\1|\.(?:selectFrom|insertInto|updateTable|deleteFrom|mergeInto|replaceInto)\s*\(/;

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)(['"])([^'"\n]+)\1/g;

interface SourceFile {
  /** Relative to the root. */
  path: string;
  /** Without comments. */
  text: string;
  specifiers: string[];
}

function readSources(): SourceFile[] {
  const patterns = ['packages/*', 'integrations/*', '.github/actions/*'].map((owner) => `${owner}/src/**/*.ts`);
  const paths = globSync([...patterns, 'benchmarks/src/**/*.ts', 'scripts/**/*.ts'], { cwd: ROOT });
  return paths
    .filter((path) => !path.includes('node_modules'))
    .sort()
    .map((path) => {
      const text = readFileSync(join(ROOT, path), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
      return { path, text, specifiers: [...text.matchAll(IMPORT)].flatMap(([, , specifier]) => specifier ?? []) };
    });
}

function checkFile({ path, text, specifiers }: SourceFile): string[] {
  if (path.endsWith('.test.ts') || ownerOf(path) === undefined) return [];
  const violations = specifiers.flatMap((specifier) => {
    const problem = checkImport(path, specifier);
    return problem === undefined ? [] : [`${path}: '${specifier}' ${problem}`];
  });
  return SQL.test(text) && !mayHoldSql(path)
    ? [...violations, `${path}: contains SQL, which belongs in a *-queries.ts file of the same feature or in database/`]
    : violations;
}

/** The package that a file belongs to; undefined for scripts and benchmarks, which reach into packages to build and measure them. */
function ownerOf(path: string): string | undefined {
  return /^(?:packages|integrations)\/[^/]+|^\.github\/actions\/[^/]+/.exec(path)?.[0];
}

/** The rule applies only to the server, because no other package uses the database. */
const mayHoldSql = (path: string): boolean =>
  !path.startsWith(`${SERVER}/`) || path.startsWith(`${SERVER}/database/`) || path.endsWith('-queries.ts');

function checkImport(path: string, specifier: string): string | undefined {
  const owner = ownerOf(path) ?? '';
  if (specifier.startsWith('@commandcenter/')) {
    const allowed = PACKAGES[owner] ?? (owner.startsWith('integrations/') ? INTEGRATION_MAY_IMPORT : []);
    const name = specifier.split('/').slice(0, 2).join('/');
    return allowed.includes(name)
      ? undefined
      : `must not be imported by ${owner}, which may import ${allowed.join(', ') || 'no package of ours'}`;
  }
  if (!specifier.startsWith('.')) return undefined;
  const target = targetOf(path, specifier);
  if (!target.startsWith(`${owner}/`)) return 'is a path into another package: import the package by its name';
  if (target.includes('/test/') || target.endsWith('.test.ts')) return 'may only be imported by tests';
  if (!path.startsWith(`${SERVER}/`) || !target.startsWith(`${SERVER}/`)) return undefined;
  return checkRows(folderOf(path), folderOf(target));
}

const targetOf = (path: string, specifier: string): string => relative(ROOT, resolve(ROOT, dirname(path), specifier));

function checkRows(from: string, to: string): string | undefined {
  if (from === to || SHARED.includes(to)) return undefined;
  if (SHARED.includes(from)) return `is an import of a feature (${to}) by a shared module (${from})`;
  const fromRow = ROWS.findIndex((row) => row.includes(from));
  const toRow = ROWS.findIndex((row) => row.includes(to));
  if (fromRow < 0 || toRow < 0)
    return `belongs to a folder that scripts/check-imports.ts does not list (${fromRow < 0 ? from : to})`;
  return toRow < fromRow ? undefined : `points in the wrong direction: ${from} must not import ${to}`;
}

/** Returns the folder below src, or the name of a file that is in src itself. */
function folderOf(path: string): string {
  const [first = ''] = path.slice(SERVER.length + 1).split('/');
  return first.replace(/\.ts$/, '');
}

function checkCircles(sources: readonly SourceFile[]): string[] {
  const imports = new Map(
    sources.map(({ path, specifiers }) => [
      path,
      specifiers.filter((one) => one.startsWith('.')).map((one) => targetOf(path, one)),
    ]),
  );
  return findCircles(imports).map((circle) => `these files import each other in a circle: ${circle.join(' → ')}`);
}

const sources = readSources();
const problems = [...sources.flatMap(checkFile), ...checkCircles(sources)];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
