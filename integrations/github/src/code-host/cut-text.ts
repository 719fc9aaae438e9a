/** Note below Markdown that was cut to GitHub's size limit. */
export const CUT_NOTE = '*The rest was cut, because it is longer than GitHub allows.*';

/** Bytes reserved for the closing fence of a code block that was cut. */
const FENCE_ROOM = 64;

/**
 * Returns the Markdown in at most `maxBytes` of UTF-8. A longer text is cut at the end of a line or character, and `note` is added. An open
 * code block is closed, so that the note does not become part of the code.
 */
export function cutText(text: string, maxBytes: number, note: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  const ending = `\n\n${note}`;
  const room = Math.max(0, maxBytes - Buffer.byteLength(ending) - FENCE_ROOM);
  // Decode as a stream, which leaves out an incomplete character at the end.
  const fitting = new TextDecoder().decode(bytes.subarray(0, room), { stream: true });
  const lineEnd = fitting.lastIndexOf('\n');
  const cut = lineEnd > fitting.length / 2 ? fitting.slice(0, lineEnd) : fitting;
  const fence = openFence(cut);
  return `${cut}${fence.length > 0 && fence.length < FENCE_ROOM ? `\n${fence}` : ''}${ending}`;
}

/** Returns the fence of a code block that is not closed, or an empty text: https://spec.commonmark.org/0.31.2/#fenced-code-blocks */
function openFence(markdown: string): string {
  let open = '';
  for (const [, fence = '', rest = ''] of markdown.matchAll(/^ {0,3}(`{3,}|~{3,})(.*)$/gm)) {
    if (open === '') open = fence;
    else if (fence.startsWith(open) && rest.trim() === '') open = '';
  }
  return open;
}
