import type { ListPage } from '@commandcenter/integration-kit';

/**
 * A position in the full list of a repository. Pages that follow a cursor are read `forwards`. Numbered pages are read `backwards`, from
 * the last one: a deleted item moves later items to earlier pages, so that they are seen twice, whereas a forward reader would miss them.
 * `end` requests the page that was the last one when the list was read before.
 */
export interface ListPosition {
  /** URL of the page; null for the first page. */
  url: string | null;
  direction: 'forwards' | 'end' | 'backwards';
}

export interface ListStep {
  /** True if the page's items are to be compared. False if the page only showed where to begin; it is read again later. */
  compare: boolean;
  /** The position to read next; null if the list is complete. */
  next: ListPosition | null;
}

export type PageLinks = Pick<ListPage, 'nextUrl' | 'previousUrl' | 'lastUrl'>;

/**
 * Returns whether to compare a page of the list, and the position to read next, from the links of the page. An unchanged page has its
 * stored links.
 */
export function stepFrom({ direction }: ListPosition, { nextUrl, previousUrl, lastUrl }: PageLinks): ListStep {
  const back: ListStep = {
    compare: true,
    next: previousUrl ? { url: previousUrl, direction: 'backwards' } : null,
  };
  switch (direction) {
    case 'forwards':
      if (lastUrl) return { compare: false, next: { url: lastUrl, direction: 'backwards' } };
      return { compare: true, next: nextUrl === null ? null : { url: nextUrl, direction } };
    case 'end':
      if (lastUrl) return { compare: false, next: { url: lastUrl, direction: 'backwards' } };
      // The list has become too long for numbered pages, so it is read forwards from the first page.
      if (nextUrl !== null) return { compare: false, next: { url: null, direction: 'forwards' } };
      return back;
    case 'backwards':
      // Pages after the last one have items that were added since, which are left to polls.
      return back;
  }
}
