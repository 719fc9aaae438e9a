import { ManifestError } from './manifest-error.ts';
import { parseToml } from './parse-manifest.ts';
import { getList } from './untrusted-data.ts';

export interface TomlPackage {
  /** One `[[package]]` table with its sub-tables. */
  table: unknown;
  line: number;
}

/**
 * Yields the packages of Cargo.lock, poetry.lock, uv.lock and pdm.lock. Each one is parsed separately, which needs
 * little memory for large files and gives the line of each package.
 */
export function* readTomlPackages(source: string): Generator<TomlPackage> {
  const header = /^\[\[package\]\][ \t]*(?:#.*)?\r?$/gm;
  let line = 1;
  let position = 0;
  let start = header.exec(source);
  // Also parse the text before the first package: otherwise a file in another format would look like a lockfile without packages.
  yield* parsePart(source.slice(0, start?.index ?? source.length), line, 0);
  while (start !== null) {
    for (let at = source.indexOf('\n', position); at !== -1 && at < start.index; at = source.indexOf('\n', at + 1))
      line += 1;
    position = start.index;
    const next = header.exec(source);
    yield* parsePart(source.slice(start.index, next?.index ?? source.length), line, 1);
    start = next;
  }
}

function* parsePart(part: string, line: number, expected: number): Generator<TomlPackage> {
  try {
    const packages = getList(parseToml(part), 'package');
    if (expected > 0) for (const table of packages) yield { table, line };
  } catch (error) {
    if (!(error instanceof ManifestError) || error.line === null) throw error;
    throw new ManifestError(error.message, error.line + line - 1, error.cause);
  }
}
