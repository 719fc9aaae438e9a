import { oneLine } from '../safe-text.ts';

/** Text that is already HTML: written by us, with all other text escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = Html | string | number | readonly Html[];

/**
 * Template tag for HTML. Every value that is not `Html` is escaped for text and quoted attributes, and cleaned with
 * `oneLine`, so that text of a scanned repository cannot become markup if a caller forgets to escape it.
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

export const emptyHtml = new Html('');
