import type { CreateMarker } from './external-item.ts';

/** Matches a create marker anywhere in a text, because editors change the white space around it. */
const pattern = /\s*<!--\s*commandcenter:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([0-9a-f]{16,128})\s*-->/gi;

const commentOf = ({ id, mac }: CreateMarker): string => `<!-- commandcenter:${id}:${mac} -->`;
const SEPARATOR = '\n\n';

/** Returns the text with the marker at its end, as an HTML comment that Markdown does not show. */
export function embedCreateMarker(body: string, marker: CreateMarker): string {
  const text = body.trimEnd();
  return text === '' ? commentOf(marker) : `${text}${SEPARATOR}${commentOf(marker)}`;
}

/** Returns the beginning of the text that fits into `longest` characters (Unicode code points) together with the marker. */
export function fitBesideCreateMarker(body: string, marker: CreateMarker, longest: number): string {
  const room = Math.max(0, longest - SEPARATOR.length - commentOf(marker).length);
  // A text never has more code points than UTF-16 units, so most texts need no counting.
  if (body.length <= room) return body;
  const characters = [...body];
  return characters.length <= room ? body : characters.slice(0, room).join('').trimEnd();
}

/**
 * Returns the text without any marker, and the last marker in it, because ours is at the end. A text without a marker is returned
 * unchanged.
 */
export function stripCreateMarker(text: string): { body: string; marker?: CreateMarker } {
  let marker: CreateMarker | undefined;
  const body = text.replace(pattern, (_comment, id: string, mac: string) => {
    marker = { id: id.toLowerCase(), mac: mac.toLowerCase() };
    return '';
  });
  return marker === undefined ? { body: text } : { body: body.trim(), marker };
}
