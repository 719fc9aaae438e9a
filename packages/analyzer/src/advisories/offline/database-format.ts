import { type Static, Type } from 'typebox';

/**
 * An offline database is a folder with one file an ecosystem: `FILE_MARK`, the length of the header (4 bytes, little endian), the
 * header (JSON), then blocks, each compressed with zstd. A package's records are in the block that its name's hash gives: a line with
 * the name and the records, both as JSON, with a tab between them.
 */
export const FILE_MARK = Buffer.from('ccadv 1\n');
/** A power of two. */
export const BLOCKS = 256;
/** Of a header. */
export const HEADER_LIMIT = 1024 ** 2;
/** Of a block when it is not compressed. */
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

/** A name that every file system takes. */
export const fileName = (ecosystem: string): string => `${encodeURIComponent(ecosystem)}${FILE_SUFFIX}`;

/** FNV-1a: https://www.rfc-editor.org/rfc/rfc9923 */
export function blockOf(packageName: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < packageName.length; index += 1) {
    hash = Math.imul(hash ^ packageName.charCodeAt(index), 0x01000193);
  }
  return ((hash >>> 16) ^ hash) & (BLOCKS - 1);
}
