import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * Checks that imports point in one direction, and that SQL is only in files named for it. A package may import those in the table below. A
 * layer of the server may import itself, the layers in the rows above its own, and the shared modules. Tests may import
 * anything. SQL belongs in a `*-queries.ts` file of its feature or in store/.
 */
const ROOT = resolve(import.meta.dirname, '..');
const SERVER = 'packages/server/src';

const SHARED = ['environment-schema', 'config', 'logging', 'startup-errors', 'errors', 'version', 'background'];

const LAYERS: readonly (readonly string[])[] = [
  ['domain'],
  ['store'],
  ['keys', 'postgres'],
  ['integrations'],
  ['jobs'],
  ['ingest', 'sync'],
  ['deliveries', 'analysis'],
  ['http'],
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
};
const INTEGRATION_MAY_IMPORT = ['@commandcenter/integration-kit'];

/** Matches an import of Kysely's raw SQL, and the calls that begin a query. */
const SQL =
  /import\s*\{[^}]*\bsql\b[^}]*\}\s*from\s*(['"])kysely\1|\.(?:selectFrom|insertInto|updateTable|deleteFrom|mergeInto|replaceInto)\s*\(/;

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)(['"])([^'"\n]+)\1/g;

function checkImports(): string[] {
  const files = globSync(['packages/*/src/**/*.ts', 'integrations/*/src/**/*.ts'], { cwd: ROOT })
    .filter((file) => !file.includes('node_modules') && !file.endsWith('.test.ts'))
    .sort();
  return files.flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    const violations = [...text.matchAll(IMPORT)].flatMap(([, , specifier]) => {
      const problem = specifier === undefined ? undefined : checkImport(file, specifier);
      return problem === undefined ? [] : [`${file}: '${specifier}' ${problem}`];
    });
    return SQL.test(text) && !mayHoldSql(file)
      ? [...violations, `${file}: contains SQL, which belongs in a *-queries.ts file of the same feature or in store/`]
      : violations;
  });
}

/** The rule applies only to the server, because no other package uses the database. */
const mayHoldSql = (file: string): boolean =>
  !file.startsWith(`${SERVER}/`) || file.startsWith(`${SERVER}/store/`) || file.endsWith('-queries.ts');

function checkImport(file: string, specifier: string): string | undefined {
  const owner = file.split('/').slice(0, 2).join('/');
  if (specifier.startsWith('@commandcenter/')) {
    const allowed = PACKAGES[owner] ?? (owner.startsWith('integrations/') ? INTEGRATION_MAY_IMPORT : []);
    const name = specifier.split('/').slice(0, 2).join('/');
    return allowed.includes(name)
      ? undefined
      : `must not be imported by ${owner}, which may import ${allowed.join(', ') || 'no package of ours'}`;
  }
  if (!specifier.startsWith('.')) return undefined;
  const target = relative(ROOT, resolve(ROOT, dirname(file), specifier));
  if (!target.startsWith(`${owner}/`)) return 'is a path into another package: import the package by its name';
  if (target.includes('/test/') || target.endsWith('.test.ts')) return 'may only be imported by tests';
  if (!file.startsWith(`${SERVER}/`) || !target.startsWith(`${SERVER}/`)) return undefined;
  return checkLayers(layerOf(file), layerOf(target));
}

function checkLayers(from: string, to: string): string | undefined {
  if (from === to || SHARED.includes(to)) return undefined;
  if (SHARED.includes(from)) return `is an import of a layer (${to}) by a shared module (${from})`;
  const fromRow = LAYERS.findIndex((row) => row.includes(from));
  const toRow = LAYERS.findIndex((row) => row.includes(to));
  if (fromRow < 0 || toRow < 0)
    return `belongs to a layer that scripts/check-imports.ts does not list (${fromRow < 0 ? from : to})`;
  return toRow < fromRow ? undefined : `points in the wrong direction: ${from} must not import ${to}`;
}

/** Returns the folder below src, or the name of a file that is in src itself. */
function layerOf(file: string): string {
  const [first = ''] = file.slice(SERVER.length + 1).split('/');
  return first.replace(/\.ts$/, '');
}

const problems = checkImports();
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
