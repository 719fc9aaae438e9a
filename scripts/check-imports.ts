import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * Imports point one way. Packages: the table below. Rooms of the server: a room may use itself, the rooms of the rows above its own,
 * and the ground that everything stands on. Tests may use anything.
 *
 * SQL stands beside its feature in files named for it (`*-queries.ts`), or in store/.
 */
const ROOT = resolve(import.meta.dirname, '..');
const SERVER = 'packages/server/src';

const GROUND = ['environment-schema', 'config', 'logging', 'startup-errors', 'errors', 'version', 'background'];

const ROOMS: readonly (readonly string[])[] = [
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

/** Which of our packages a package may import. */
const PACKAGES: Record<string, readonly string[]> = {
  'packages/integration-kit': [],
  'packages/analyzer': [],
  'packages/client': [],
  'packages/fake-github': [],
  'packages/server': ['@commandcenter/analyzer', '@commandcenter/integration-kit'],
  'packages/cli': ['@commandcenter/analyzer', '@commandcenter/client', '@commandcenter/server'],
};
const INTEGRATION_MAY_IMPORT = ['@commandcenter/integration-kit'];

/** Kysely's raw SQL, and the calls that begin its queries. */
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
      const fault = specifier === undefined ? undefined : checkImport(file, specifier);
      return fault === undefined ? [] : [`${file}: '${specifier}' ${fault}`];
    });
    return SQL.test(text) && !mayHoldSql(file)
      ? [...violations, `${file}: contains SQL, which belongs in a file named *-queries.ts beside it, or in store/`]
      : violations;
  });
}

/** The rule is about the server: no other package uses the database. */
const mayHoldSql = (file: string): boolean =>
  !file.startsWith(`${SERVER}/`) || file.startsWith(`${SERVER}/store/`) || file.endsWith('-queries.ts');

function checkImport(file: string, specifier: string): string | undefined {
  const owner = file.split('/').slice(0, 2).join('/');
  if (specifier.startsWith('@commandcenter/')) {
    const allowed = PACKAGES[owner] ?? (owner.startsWith('integrations/') ? INTEGRATION_MAY_IMPORT : []);
    const name = specifier.split('/').slice(0, 2).join('/');
    return allowed.includes(name)
      ? undefined
      : `is not for ${owner}, which may import ${allowed.join(', ') || 'nothing of ours'}`;
  }
  if (!specifier.startsWith('.')) return undefined;
  const target = relative(ROOT, resolve(ROOT, dirname(file), specifier));
  if (!target.startsWith(`${owner}/`)) return `reaches into another package: import it by its name`;
  if (target.includes('/test/') || target.endsWith('.test.ts')) return 'is for tests only';
  if (!file.startsWith(`${SERVER}/`) || !target.startsWith(`${SERVER}/`)) return undefined;
  return checkRooms(roomOf(file), roomOf(target));
}

function checkRooms(from: string, to: string): string | undefined {
  if (from === to || GROUND.includes(to)) return undefined;
  if (GROUND.includes(from)) return `takes the ground (${from}) to a room (${to})`;
  const fromRow = ROOMS.findIndex((row) => row.includes(from));
  const toRow = ROOMS.findIndex((row) => row.includes(to));
  if (fromRow < 0 || toRow < 0)
    return `is of a room that scripts/check-imports.ts does not know (${fromRow < 0 ? from : to})`;
  return toRow < fromRow ? undefined : `goes against the direction: ${from} must not know ${to}`;
}

/** The folder under src, or the name of a file that lies there itself. */
function roomOf(file: string): string {
  const [first = ''] = file.slice(SERVER.length + 1).split('/');
  return first.replace(/\.ts$/, '');
}

const faults = checkImports();
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
