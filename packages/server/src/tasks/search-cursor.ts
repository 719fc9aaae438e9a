import type { SearchPart, SearchPosition } from './task-search-queries.ts';

const PARTS: Record<string, SearchPart> = { t: 'titles', d: 'descriptions', b: 'both' };
const LETTERS: Record<SearchPart, string> = { titles: 't', descriptions: 'd', both: 'b' };

/** A position in a search as the text of a cursor: `t12`, `d`. */
export const searchCursor = ({ part, after }: SearchPosition): string => `${LETTERS[part]}${after ?? ''}`;

/** Without a letter it is one of a version that looked through titles and descriptions alike. */
export function readSearchCursor(text: string): SearchPosition {
  const [, letter = '', id = ''] = /^([a-z]?)(\d*)$/.exec(text) ?? [];
  const part = PARTS[letter] ?? 'both';
  return id === '' ? { part } : { part, after: Number(id) };
}
