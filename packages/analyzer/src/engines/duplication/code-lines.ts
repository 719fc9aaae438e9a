import { commentSyntaxOf } from '../../languages/comment-syntax.ts';

/**
 * The lines of a file that count when code is compared, in a few bytes each: what is between them is blank, comment or import.
 * `RECORD` bytes a line: how many lines after the one before (1 to 255), its tokens (at most 255), a hash of it without white space.
 */
export interface CodeLines {
  /** All of the file. */
  lines: number;
  records: Buffer;
}

/** Bytes: gap, tokens, and 3 of hash. A hash of 0 is no line: it only bridges a longer gap. */
export const RECORD = 5;

const NEWLINE = 10;
const MOST = 255;
const OTHER = 0;
const SPACE = 1;
const WORD = 2;

const kinds = new Uint8Array(256);
for (const space of [9, 11, 12, 13, 32]) kinds[space] = SPACE;
for (let byte = 0; byte < 256; byte += 1) {
  if (byte >= 128 || /[\w$]/.test(String.fromCharCode(byte))) kinds[byte] = WORD;
}

/** What brings names in stands alike in many files, and nobody can write it once. */
const IMPORT = /^(?:import\b|from\s+\S+\s+import\b|use\s|using\s|#\s*include\b|package\s|require\b|export\s.*\sfrom\s)/;

/** Reads a file in a language. Comments are told where a line begins with them. */
export function readCodeLines(bytes: Buffer, language: string): CodeLines {
  const isComment = commentReader(language);
  let records = Buffer.allocUnsafe(1024);
  let length = 0;
  let line = 0;
  let last = 0;
  const write = (gap: number, tokens: number, hash: number): void => {
    if (length + RECORD > records.length) records = Buffer.concat([records], records.length * 2);
    records[length] = gap;
    records[length + 1] = tokens;
    records.writeUIntBE(hash, length + 2, 3);
    length += RECORD;
  };
  for (let begin = 0; begin < bytes.length; ) {
    const found = bytes.indexOf(NEWLINE, begin);
    const end = found < 0 ? bytes.length : found;
    line += 1;
    const { hash, tokens, first } = measureLine(bytes, begin, end);
    if (tokens > 0 && !isComment(bytes, first, end)) {
      for (; line - last > MOST; last += MOST) write(MOST, 0, 0);
      write(line - last, Math.min(tokens, MOST), hash);
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
  // The upper bits of the product have seen every byte; the lower ones have not.
  const folded = ((hash ^ (hash >>> 15)) >>> 3) & 0xffffff;
  return { hash: folded === 0 ? 1 : folded, tokens, first };
}

/** Whether a line, from its first sign on, is comment or import. To be asked of each line in turn: block comments go over several. */
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
