import { commentSyntaxOf } from '../../languages/comment-syntax.ts';

/**
 * The lines of a file that are compared, in a compact form: blank lines, comments and imports are left out. Each line
 * takes `RECORD_BYTES` bytes: its distance to the previous line (1 to 255), its number of tokens (at most 255), and a hash of
 * its text without white space.
 */
export interface CodeLines {
  /** Number of all lines of the file, including those that are not compared. */
  lines: number;
  records: Buffer;
}

/**
 * Bytes per record: 1 for the distance, 1 for the tokens, 3 for the hash. A record with hash 0 is no line and only
 * extends a distance.
 */
export const RECORD_BYTES = 5;

const NEWLINE = 10;
const MAX_BYTE = 255;
const OTHER = 0;
const SPACE = 1;
const WORD = 2;

const kinds = new Uint8Array(256);
for (const space of [9, 11, 12, 13, 32]) kinds[space] = SPACE;
for (let byte = 0; byte < 256; byte += 1) {
  if (byte >= 128 || /[\w$]/.test(String.fromCharCode(byte))) kinds[byte] = WORD;
}

/** Import statements are ignored because they repeat legitimately. */
const IMPORT = /^(?:import\b|from\s+\S+\s+import\b|use\s|using\s|#\s*include\b|package\s|require\b|export\s.*\sfrom\s)/;

/** Reads the code lines of a file. Comments are recognized only at the beginning of a line. */
export function readCodeLines(bytes: Buffer, language: string): CodeLines {
  const isComment = commentReader(language);
  let records = Buffer.allocUnsafe(1024);
  let length = 0;
  let line = 0;
  let last = 0;
  const write = (gap: number, tokens: number, hash: number): void => {
    if (length + RECORD_BYTES > records.length) records = Buffer.concat([records], records.length * 2);
    records[length] = gap;
    records[length + 1] = tokens;
    records.writeUIntBE(hash, length + 2, 3);
    length += RECORD_BYTES;
  };
  for (let begin = 0; begin < bytes.length; ) {
    const found = bytes.indexOf(NEWLINE, begin);
    const end = found < 0 ? bytes.length : found;
    line += 1;
    const { hash, tokens, first } = measureLine(bytes, begin, end);
    if (tokens > 0 && !isComment(bytes, first, end)) {
      for (; line - last > MAX_BYTE; last += MAX_BYTE) write(MAX_BYTE, 0, 0);
      write(line - last, Math.min(tokens, MAX_BYTE), hash);
      last = line;
    }
    begin = end + 1;
  }
  return { lines: line, records: records.subarray(0, length) };
}

function measureLine(bytes: Buffer, begin: number, end: number): { hash: number; tokens: number; first: number } {
  let hash = 0x811c9dc5;
  let tokens = 0;
  let first = -1;
  let before = OTHER;
  for (let at = begin; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    const kind = kinds[byte] ?? OTHER;
    if (kind !== SPACE) {
      if (first < 0) first = at;
      hash = Math.imul(hash ^ byte, 0x01000193);
      if (kind !== WORD || before !== WORD) tokens += 1;
    }
    before = kind;
  }
  // Fold the upper bits into the lower ones: only the upper bits of an FNV hash depend on every byte.
  const folded = ((hash ^ (hash >>> 15)) >>> 3) & 0xffffff;
  return { hash: folded === 0 ? 1 : folded, tokens, first };
}

/**
 * Returns a function that tells whether a line is a comment or an import. It must be called for each line in order,
 * because it tracks block comments.
 */
function commentReader(language: string): (bytes: Buffer, first: number, end: number) => boolean {
  const { line, block } = commentSyntaxOf(language);
  let close: string | undefined;
  return (bytes, first, end) => {
    const text = bytes.toString('latin1', first, Math.min(end, first + 200));
    if (close !== undefined) {
      if (bytes.subarray(first, end).includes(close)) close = undefined;
      return true;
    }
    if (line.some((sign) => text.startsWith(sign)) && !text.startsWith('#include')) return true;
    const opening = block.find(([open]) => text.startsWith(open));
    if (opening !== undefined) {
      if (!bytes.subarray(first + opening[0].length, end).includes(opening[1])) close = opening[1];
      return true;
    }
    return IMPORT.test(text);
  };
}
