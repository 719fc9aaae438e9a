import { RECORD_BYTES } from './code-lines.ts';

interface SequencedFile {
  path: string;
  lines: number;
  /** Index of the file's first code line in the sequence; `end` is the index after its last code line. */
  begin: number;
  end: number;
}

/** The code lines of all files in one sequence, as parallel arrays. */
export interface LineSequence {
  files: readonly SequencedFile[];
  /** Hash of each line's text; 0 marks a gap that equals nothing. */
  hashes: Uint32Array;
  tokens: Uint8Array;
  /** Line numbers in the files, one for each code line of the sequence. */
  numbers: Uint32Array;
  /** Indices in `files` of the files to which the code lines belong, one for each code line. */
  owners: Uint32Array;
}

export function sequenceLines(sources: Iterable<readonly [path: string, lines: number, code: string]>): LineSequence {
  const decoded = [...sources].map(([path, lines, code]) => ({ path, lines, records: Buffer.from(code, 'base64') }));
  const size = decoded.reduce((sum, { records }) => sum + Math.floor(records.length / RECORD_BYTES), 0);
  const hashes = new Uint32Array(size);
  const tokens = new Uint8Array(size);
  const numbers = new Uint32Array(size);
  const owners = new Uint32Array(size);
  const files: SequencedFile[] = [];
  let at = 0;
  for (const { path, lines, records } of decoded) {
    const begin = at;
    let number = 0;
    for (let offset = 0; offset + RECORD_BYTES <= records.length; offset += RECORD_BYTES) {
      number += records[offset] ?? 0;
      tokens[at] = records[offset + 1] ?? 0;
      hashes[at] = records.readUIntBE(offset + 2, 3);
      numbers[at] = number;
      owners[at] = files.length;
      at += 1;
    }
    files.push({ path, lines, begin, end: at });
  }
  return { files, hashes, tokens, numbers, owners };
}
