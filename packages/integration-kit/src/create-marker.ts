import type { CreateMarker } from './external-item.ts';

/** Tolerant of what an editor does to white space; anywhere in the text. */
const pattern = /\s*<!--\s*commandcenter:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([0-9a-f]{16,128})\s*-->/gi;

/** The text with the marker at its end, where Markdown shows nothing of it. */
export function embedCreateMarker(body: string, marker: CreateMarker): string {
  const comment = `<!-- commandcenter:${marker.id}:${marker.mac} -->`;
  const text = body.trimEnd();
  return text === '' ? comment : `${text}\n\n${comment}`;
}

/** The text without any marker, and the last one found: ours stands at the end. A text without a marker is answered unchanged. */
export function stripCreateMarker(text: string): { body: string; marker?: CreateMarker } {
  let marker: CreateMarker | undefined;
  const body = text.replace(pattern, (_comment, id: string, mac: string) => {
    marker = { id: id.toLowerCase(), mac: mac.toLowerCase() };
    return '';
  });
  return marker === undefined ? { body: text } : { body: body.trim(), marker };
}
