/** Levels of a report that are taken apart: a dependency is on the third. */
const LEVELS = 3;
const PIECE = 64 * 1024;

/** `JSON.stringify(value, null, 2)` in pieces of some 64 KiB: the text of a large report takes more memory than the report. */
export function* jsonPieces(value: object): Generator<string> {
  let piece = '';
  for (const part of partsOf(value, LEVELS, '\n')) {
    piece += part;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

function* partsOf(value: unknown, levels: number, newLine: string): Generator<string> {
  const isList = Array.isArray(value);
  const members =
    typeof value === 'object' && value !== null
      ? Object.entries(value).filter(([, member]) => isList || member !== undefined)
      : [];
  if (levels === 0 || members.length === 0) {
    yield (JSON.stringify(value, null, 2) ?? 'null').replaceAll('\n', newLine);
    return;
  }
  const inner = `${newLine}  `;
  let before = isList ? '[' : '{';
  for (const [name, member] of members) {
    yield `${before}${inner}${isList ? '' : `${JSON.stringify(name)}: `}`;
    yield* partsOf(member, levels - 1, inner);
    before = ',';
  }
  yield `${newLine}${isList ? ']' : '}'}`;
}
