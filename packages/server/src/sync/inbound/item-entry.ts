import type { EntryOf } from './apply-repositories.ts';

/** A change of one item in a batch: the item as it is, its deletion, or its transfer to another repository. */
export type ItemEntry = EntryOf<'item' | 'item_deleted' | 'item_transferred'>;
