/** An effect of a delivery, or in a dry run the effect that it would have. Deliveries show these as `effects[]`. */
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
  /** Which fields of the task changed. */
  fields?: string[];
  /** Why, in plain words. */
  detail?: string;
}
