import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { type Static, Type } from 'typebox';

/**
 * An offline database is a folder with one SQLite file per ecosystem. The table `header` has one row. The hash of a
 * package's name selects its row in `blocks`, which is compressed with zstd: rows of a single package would take eight
 * times the space. A block has one line per package: the name and the records, both JSON, separated by a tab.
 */
export const SCHEMA = `
  CREATE TABLE header (
    ecosystem TEXT NOT NULL, imported_at TEXT NOT NULL, newest_modified TEXT NOT NULL, advisories INTEGER NOT NULL,
    packages INTEGER NOT NULL, source TEXT NOT NULL, digest TEXT NOT NULL
  );
  CREATE TABLE blocks (block INTEGER PRIMARY KEY, packed BLOB NOT NULL);
`;
/** Number of blocks; `blockOf` needs a power of two. A block without packages has no row. */
export const BLOCKS = 2048;
/** Maximum size of a decompressed block in bytes. */
export const BLOCK_LIMIT = 256 * 1024 ** 2;

export const DatabaseHeader = Type.Object({
  ecosystem: Type.String(),
  imported_at: Type.String({ description: 'RFC 3339.' }),
  newest_modified: Type.String({ description: 'RFC 3339: of the newest advisory. As old as the database is.' }),
  advisories: Type.Integer({ minimum: 0 }),
  packages: Type.Integer({ minimum: 0 }),
  source: Type.String({ description: 'What was imported: the name of the zip or folder.' }),
  digest: Type.String({ description: 'SHA-256 of the blocks.' }),
});
export type DatabaseHeader = Static<typeof DatabaseHeader>;

export const FILE_SUFFIX = '.sqlite';
/** Suffix of the files of earlier versions, which are not read any more. */
export const FORMER_SUFFIX = '.advisories';

/** Encodes the ecosystem's name, because file systems do not allow every character in file names. */
export const fileName = (ecosystem: string, suffix = FILE_SUFFIX): string =>
  `${encodeURIComponent(ecosystem)}${suffix}`;

/**
 * Opens a complete file to read it. An import replaces a file and never changes it, so that SQLite needs no locks
 * (`immutable`): these do not work on every network file system. Throws an error of SQLite.
 */
export function openFile(path: string): DatabaseSync {
  const url = pathToFileURL(path);
  url.search = 'immutable=1';
  return new DatabaseSync(url, { readOnly: true });
}

/** Selects the block of a package by the FNV-1a hash of its name: https://www.rfc-editor.org/rfc/rfc9923 */
export function blockOf(packageName: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < packageName.length; index += 1) {
    hash = Math.imul(hash ^ packageName.charCodeAt(index), 0x01000193);
  }
  return ((hash >>> 16) ^ hash) & (BLOCKS - 1);
}
