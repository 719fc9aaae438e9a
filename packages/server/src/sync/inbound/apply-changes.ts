import { databaseTime } from '../../tasks/task-queries.ts';
import type { Effect } from '../effect.ts';
import { createMarkers } from '../outbound/create-markers.ts';
import { applyAccessChanges } from './apply-access-changes.ts';
import { applyItems } from './apply-items.ts';
import { applyLabelChanges } from './apply-label-changes.ts';
import { applyRepositories, watchItemRepositories, withoutOverlaps } from './apply-repositories.ts';
import { assertStorable } from './assert-storable.ts';
import type { ApplyChanges } from './incoming-change.ts';
import { requestAnalyses } from './request-analyses.ts';

/**
 * Returns the function that applies batches of changes at the provider to repositories, tasks and links.
 *
 * @param markerKey secret key of this installation, which proves that an item was created by a pending create of ours
 */
export function createApplyChanges({ markerKey }: { markerKey: Buffer }): ApplyChanges {
  const markers = createMarkers(markerKey);
  return async (trx, changes) => {
    for (const { change } of changes) assertStorable(change);
    const entries = changes.map((incoming) => ({ ...incoming, effects: [] as Effect[] }));
    const now = await databaseTime(trx);
    const repositories = await applyRepositories(trx, entries, now);
    const followed = await withoutOverlaps(trx, entries, repositories);
    await applyItems(trx, followed, repositories, markers);
    await applyLabelChanges(trx, followed, repositories);
    await requestAnalyses(trx, followed, repositories);
    await applyAccessChanges(trx, followed, repositories);
    await watchItemRepositories(trx, followed, repositories);
    return entries.map(({ effects }) => effects);
  };
}
