import { oneLine } from '../printable.ts';

/** Text that is HTML already: of our own making, with all that came from elsewhere escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = Html | string | number | readonly Html[];

/**
 * HTML with values in it: whatever is not `Html` is escaped, for text and for quoted attributes alike, and shows what it holds (see
 * `oneLine`). So nothing that a report has of a scanned repository can become markup by being forgotten.
 */
export function html(pieces: TemplateStringsArray, ...values: Value[]): Html {
  let text = pieces[0] ?? '';
  for (const [index, value] of values.entries()) text += toText(value) + (pieces[index + 1] ?? '');
  return new Html(text);
}

function toText(value: Value): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'number') return Number.isInteger(value) ? value.toLocaleString('en') : String(value);
  if (typeof value === 'string')
    return oneLine(value, 2000).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
  return value.map(({ text }) => text).join('');
}

export const nothing = new Html('');
