import type { Effect } from '../domain/effect.ts';
import { applyItems } from './apply-items.ts';
import { applyLabelChanges } from './apply-label-changes.ts';
import { applyRepositories, watchItemRepositories } from './apply-repositories.ts';
import { createMarkers } from './create-markers.ts';
import type { ApplyChanges } from './incoming-change.ts';
import { requestAnalyses } from './request-analyses.ts';

/** @param markerKey of this installation: proves that an item was made by a pending create of ours */
export function createApplyChanges({ markerKey }: { markerKey: Buffer }): ApplyChanges {
  const markers = createMarkers(markerKey);
  return async (trx, batch) => {
    const entries = batch.map((incoming) => ({ ...incoming, effects: [] as Effect[] }));
    const repositories = await applyRepositories(trx, entries);
    await applyItems(trx, entries, repositories, markers);
    await applyLabelChanges(trx, entries, repositories);
    await requestAnalyses(trx, entries, repositories);
    await watchItemRepositories(trx, entries, repositories);
    return entries.map(({ effects }) => effects);
  };
}
