/** Below Markdown that GitHub has no room for. */
export const CUT_NOTE = '*The rest is left out: it is longer than GitHub takes.*';

/** Room for the end of a code block that the cut left open. */
const FENCE_ROOM = 64;

/**
 * The Markdown in at most `maxBytes` of UTF-8: whole where it fits, else cut at the end of a line (or of a character) with `note` below.
 * A code block that the cut leaves open is closed, so that the note is not read as code.
 */
export function cutText(text: string, maxBytes: number, note: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  const ending = `\n\n${note}`;
  const room = Math.max(0, maxBytes - Buffer.byteLength(ending) - FENCE_ROOM);
  // As a stream, so that half a character at the end is left out.
  const fitting = new TextDecoder().decode(bytes.subarray(0, room), { stream: true });
  const lineEnd = fitting.lastIndexOf('\n');
  const kept = lineEnd > fitting.length / 2 ? fitting.slice(0, lineEnd) : fitting;
  const fence = openFence(kept);
  return `${kept}${fence.length > 0 && fence.length < FENCE_ROOM ? `\n${fence}` : ''}${ending}`;
}

/** The fence of a code block that has no end; empty without one. https://spec.commonmark.org/0.31.2/#fenced-code-blocks */
function openFence(markdown: string): string {
  let open = '';
  for (const [, fence = '', rest = ''] of markdown.matchAll(/^ {0,3}(`{3,}|~{3,})(.*)$/gm)) {
    if (open === '') open = fence;
    else if (fence.startsWith(open) && rest.trim() === '') open = '';
  }
  return open;
}
