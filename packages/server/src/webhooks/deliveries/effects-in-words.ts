import type { Effect } from '../../sync/effect.ts';

const LONGEST = 1000;

const words: Record<Effect['kind'], (effect: Effect) => string> = {
  task_created: ({ task_id }) => `task ${task_id} created`,
  task_updated: ({ task_id, fields }) => `task ${task_id} updated${fields?.length ? ` (${fields.join(', ')})` : ''}`,
  task_unchanged: ({ task_id }) => `task ${task_id} unchanged: it says the same already`,
  stale: ({ task_id }) =>
    `${task_id === undefined ? 'nothing' : `task ${task_id}`} unchanged: a newer state is known already`,
  refetch_requested: () => 'the current state is asked for',
  link_deleted: ({ task_id }) => `task ${task_id} stays, its item was deleted`,
  link_relinked: ({ task_id }) => `task ${task_id} follows its item to a new place`,
  tombstone: () => 'nothing changed: the task was deleted here',
  not_synced: () => 'no task',
  label_renamed: () => 'a label was renamed on tasks',
  label_removed: () => 'a label was removed from tasks',
  repository_updated: ({ repository_id }) => `repository ${repository_id} updated`,
  access_changed: () => 'the access of the integration changed',
  analysis_requested: ({ job_id }) => `analysis requested${job_id === undefined ? '' : ` (job ${job_id})`}`,
  conflict_opened: () => 'a person has to decide a conflict',
  outbox_queued: () => 'a change goes back to the provider',
};

/** Returns one sentence that tells people what a delivery changed, or why it changed nothing. */
export function effectsInWords(effects: readonly Effect[], reason: string | null): string | null {
  const parts = effects.map((effect) => {
    const text = words[effect.kind](effect);
    return effect.detail === undefined ? text : `${text}: ${effect.detail.replace(/\.$/, '')}`;
  });
  const sentence = parts.join('; ').slice(0, LONGEST);
  if (sentence === '') return reason ?? 'Nothing to change.';
  const capitalized = `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
  return reason === null ? capitalized : `${reason} ${capitalized}`;
}
