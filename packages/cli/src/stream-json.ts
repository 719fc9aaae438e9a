/** Number of nesting levels that are written member by member. Dependencies and findings are on the third level. */
const STREAMED_LEVELS = 3;
const CHUNK_CHARACTERS = 64 * 1024;

/**
 * Yields the text of `JSON.stringify(value, null, 2)` in chunks of about 64 KiB, because the whole text of a large report takes more memory
 * than the report.
 */
export function* streamJson(value: object): Generator<string> {
  let chunk = '';
  for (const part of jsonParts(value, STREAMED_LEVELS, '\n')) {
    chunk += part;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

function* jsonParts(value: unknown, levels: number, newLine: string): Generator<string> {
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
  let separator = isList ? '[' : '{';
  for (const [name, member] of members) {
    yield `${separator}${inner}${isList ? '' : `${JSON.stringify(name)}: `}`;
    yield* jsonParts(member, levels - 1, inner);
    separator = ',';
  }
  yield `${newLine}${isList ? ']' : '}'}`;
}
