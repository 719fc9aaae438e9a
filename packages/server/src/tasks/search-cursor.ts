import type { SearchPart, SearchPosition } from './task-search-queries.ts';

const PARTS: Record<string, SearchPart> = { t: 'titles', d: 'descriptions', b: 'both' };
const LETTERS: Record<SearchPart, string> = { titles: 't', descriptions: 'd', both: 'b' };

/** Returns the text of a cursor for a position in a search, such as `t12` or `d`: a letter for the part, and the id of the last task. */
export const searchCursor = ({ part, after }: SearchPosition): string => `${LETTERS[part]}${after ?? ''}`;

/** Parses the text of a cursor. A cursor without a letter is from an older version, which searched titles and descriptions together. */
export function readSearchCursor(text: string): SearchPosition {
  const [, letter = '', id = ''] = /^([a-z]?)(\d*)$/.exec(text) ?? [];
  const part = PARTS[letter] ?? 'both';
  return id === '' ? { part } : { part, after: Number(id) };
}
