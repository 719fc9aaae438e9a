/**
 * One effect of a delivery on a task, link or repository, or in a dry run the effect that it would have. The API shows them as
 * `effects[]` of the delivery.
 */
export interface Effect {
  kind:
    | 'task_created'
    | 'task_updated'
    | 'task_unchanged'
    | 'stale'
    | 'refetch_requested'
    | 'link_deleted'
    | 'link_relinked'
    | 'tombstone'
    | 'not_synced'
    | 'label_renamed'
    | 'label_removed'
    | 'repository_updated'
    | 'access_changed'
    | 'analysis_requested'
    | 'outbox_queued'
    | 'conflict_opened';
  task_id?: number;
  link_id?: number;
  repository_id?: number;
  job_id?: number;
  /** Names of the task's fields that the effect is about. */
  fields?: string[];
  /** An explanation of the effect for people. */
  detail?: string;
}
