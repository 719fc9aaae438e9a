import { ManifestError } from './manifest-error.ts';
import { parseToml } from './parse-manifest.ts';
import { ownList } from './untrusted.ts';

export interface TomlPackage {
  /** One `[[package]]` with its sub-tables. */
  table: unknown;
  line: number;
}

/**
 * The packages of Cargo.lock, poetry.lock, uv.lock and pdm.lock, one after the other: each is parsed alone, which keeps the memory of
 * a large file small and tells the line of each package.
 */
export function* readTomlPackages(source: string): Generator<TomlPackage> {
  const header = /^\[\[package\]\][ \t]*(?:#.*)?\r?$/gm;
  let line = 1;
  let position = 0;
  let start = header.exec(source);
  // What stands before the packages has to be valid too: another format would look like a file without packages.
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
    const packages = ownList(parseToml(part), 'package');
    if (expected > 0) for (const table of packages) yield { table, line };
  } catch (error) {
    if (!(error instanceof ManifestError) || error.line === null) throw error;
    throw new ManifestError(error.message, error.line + line - 1, error.cause);
  }
}
