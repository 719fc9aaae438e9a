/** Number of nesting levels that are written member by member. The lists in a SARIF log are on the fourth. */
const STREAMED_LEVELS = 4;
/** Entries of a long list that are written at a time, because one at a time takes several times as long. */
const SLICE = 100;
const CHUNK_CHARACTERS = 64 * 1024;

/**
 * Yields the text of `JSON.stringify(value, null, indent)` in chunks of about 64 KiB, because the whole text of a large
 * report takes more memory than the report, and making it in one go keeps everything else waiting. A chunk never ends
 * inside of a string.
 */
export function* streamJson(value: unknown, { indent = 0 }: { indent?: number } = {}): Generator<string> {
  let chunk = '';
  for (const part of jsonParts(value, STREAMED_LEVELS, indent, indent === 0 ? '' : '\n')) {
    chunk += part;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** @param newLine precedes each closing bracket: a line feed and the indentation of the value, or nothing */
function* jsonParts(value: unknown, levels: number, indent: number, newLine: string): Generator<string> {
  const textOf = (whole: unknown): string => (JSON.stringify(whole, null, indent) ?? 'null').replaceAll('\n', newLine);
  const isList = Array.isArray(value);
  if (isList && value.length > SLICE) {
    for (let start = 0; start < value.length; start += SLICE) {
      const text = textOf(value.slice(start, start + SLICE));
      yield (start === 0 ? '[' : ',') + text.slice(1, -1 - newLine.length);
    }
    yield `${newLine}]`;
    return;
  }
  const members =
    levels > 0 && typeof value === 'object' && value !== null
      ? Object.entries(value).filter(([, member]) => isList || member !== undefined)
      : [];
  if (members.length === 0) return yield textOf(value);
  const inner = indent === 0 ? '' : newLine + ' '.repeat(indent);
  const colon = indent === 0 ? ':' : ': ';
  let separator = isList ? '[' : '{';
  for (const [name, member] of members) {
    yield separator + inner + (isList ? '' : JSON.stringify(name) + colon);
    yield* jsonParts(member, levels - 1, indent, inner);
    separator = ',';
  }
  yield `${newLine}${isList ? ']' : '}'}`;
}
