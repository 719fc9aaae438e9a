import { type Static, Type } from 'typebox';

/**
 * An offline database is a folder with one file per ecosystem. A file has `FILE_MARK`, the length of the header (4
 * bytes, little endian), the header (JSON), and blocks that are each compressed with zstd. The hash of a package's name
 * selects its block. A block has one line per package: the name and the records, both JSON, separated by a tab.
 */
export const FILE_MARK = Buffer.from('ccadv 1\n');
/** Number of blocks in a file; `blockOf` needs a power of two. */
export const BLOCKS = 256;
/** Maximum size of a header in bytes. */
export const HEADER_LIMIT = 1024 ** 2;
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
  blocks: Type.Array(Type.Integer({ minimum: 0 }), {
    minItems: BLOCKS,
    maxItems: BLOCKS,
    description: 'Bytes of each block; they lie one after the other. 0: no package is in it.',
  }),
});
export type DatabaseHeader = Static<typeof DatabaseHeader>;

export const FILE_SUFFIX = '.advisories';

/**
 * Returns the file name of an ecosystem's database. The ecosystem's name is percent-encoded, because file systems do not allow every
 * character.
 */
export const fileName = (ecosystem: string): string => `${encodeURIComponent(ecosystem)}${FILE_SUFFIX}`;

/** Selects the block of a package by the FNV-1a hash of its name: https://www.rfc-editor.org/rfc/rfc9923 */
export function blockOf(packageName: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < packageName.length; index += 1) {
    hash = Math.imul(hash ^ packageName.charCodeAt(index), 0x01000193);
  }
  return ((hash >>> 16) ^ hash) & (BLOCKS - 1);
}
