import type { ListPage } from '@commandcenter/integration-kit';
import type { Effect } from '../effect.ts';
import type { ReadPage } from './import-pages.ts';

/** The outcome of comparing one item with its task. `deleted_here` means that the task was deleted in CommandCenter. */
export type Outcome = 'created' | 'updated' | 'unchanged' | 'deleted_here';

/** A change that a dry run lists. `check` means that the item is no longer listed and would be read. */
export interface PlannedChange {
  action: 'create' | 'update' | 'check';
  number: number;
  title: string;
  url: string;
  fields?: string[];
}

/** Returns the outcomes of a page's items and the changes among them, without items that an earlier page has shown. */
export function compareItems(
  { response, itemIds, known }: Pick<ReadPage, 'response' | 'itemIds' | 'known'>,
  listedBefore: ReadonlySet<string>,
  effects: readonly Effect[][],
): { outcomes: Outcome[]; planned: PlannedChange[] } {
  const fresh = itemIds.map((id, index) => ({ id, index })).filter(({ id }) => !listedBefore.has(id));
  if (response.notModified)
    return {
      outcomes: fresh.map(({ id }) => (known?.deletedHere.has(id) ? 'deleted_here' : 'unchanged')),
      planned: [],
    };
  return {
    outcomes: fresh.map(({ index }) => outcomeOf(effects[index])),
    planned: fresh.flatMap(({ index }) => plannedChange(response, index, effects[index])),
  };
}

function outcomeOf([effect]: readonly Effect[] = []): Outcome {
  switch (effect?.kind) {
    case 'task_created':
      return 'created';
    case 'task_updated':
      return 'updated';
    case 'tombstone':
      return 'deleted_here';
    default:
      return 'unchanged';
  }
}

function plannedChange({ items }: ListPage, index: number, [effect]: readonly Effect[] = []): PlannedChange[] {
  const item = items[index];
  if (item === undefined) return [];
  const { number, title = `#${number}`, url } = item;
  if (effect?.kind === 'task_created') return [{ action: 'create', number, title, url }];
  if (effect?.kind === 'task_updated') return [{ action: 'update', number, title, url, fields: effect.fields ?? [] }];
  return [];
}
