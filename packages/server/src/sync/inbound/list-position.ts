import type { ListPage } from '@commandcenter/integration-kit';

/**
 * A place in a full listing. Pages that follow a cursor are read `forwards`. Numbered pages are read `backwards` from the last one: an
 * item that is deleted moves later items to earlier pages, so that they are seen twice, where a reader that goes forwards would miss them.
 * `end` asks for the page that was the last one before.
 */
export interface ListPosition {
  /** Null: the first page. */
  url: string | null;
  direction: 'forwards' | 'end' | 'backwards';
}

export interface ListStep {
  /** False: the page only showed the way, and is read again when its turn comes. */
  compare: boolean;
  /** Null: the listing is complete. */
  next: ListPosition | null;
}

export type PageLinks = Pick<ListPage, 'nextUrl' | 'previousUrl' | 'lastUrl'>;

/** Returns the position after a page. A page that has not changed has the links that were stored for it. */
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
      // The list has outgrown numbered pages.
      if (nextUrl !== null) return { compare: false, next: { url: null, direction: 'forwards' } };
      return back;
    case 'backwards':
      // Items on pages after the last one were added since, which is the poller's.
      return back;
  }
}
