-- Background work in lanes: what one credential or one project waits for delays nobody else.

alter table jobs
  -- Jobs of one type and one lane take turns with those of other lanes. Null: no worker runs the job, it follows a link.
  add column lane text,
  -- The link whose next settled state ends the job. The job waits, and needs no worker. No reference: a deleted link ends its jobs itself.
  add column link_id bigint,
  -- Failures at the other side in a row, since the last checkpoint. Later pauses grow with it.
  add column failures integer not null default 0,
  -- A job that waits fails then, with `error`. Set when the waiting begins, and kept while it is tried again.
  add column give_up_at timestamptz;

update jobs set lane = case
  when job_type in ('github_import', 'analysis_publication') and integration_id is not null then 'integration:' || integration_id
  else 'project:' || project_id end
where status in ('pending', 'awaiting_source', 'running') and job_type <> 'task_to_issue';
update jobs set give_up_at = not_before, not_before = now() where status = 'awaiting_source';

-- A job that followed a create occupied a worker. From now on the link ends it; one whose link is settled already ends here.
update jobs j set status = 'completed', progress = 100, current_step = null, completed_at = now(), updated_at = now(),
  lease_owner = null, lease_until = null,
  result = jsonb_build_object('issue_number', l.number, 'url', l.url, 'action', j.parameters -> 'action')
from links l
where j.job_type = 'task_to_issue' and j.status in ('pending', 'running') and not j.cancel_requested
  and l.id = (j.parameters ->> 'link_id')::bigint and l.external_id is not null and l.number is not null and l.url is not null
  and (l.sync_state = 'in_sync' or (l.sync_state = 'pending' and j.parameters ->> 'action' = 'created'));
update jobs set status = 'cancelled', completed_at = now(), updated_at = now(), lease_owner = null, lease_until = null
where job_type = 'task_to_issue' and status in ('pending', 'running') and cancel_requested;
update jobs set
  status = 'pending', lease_owner = null, lease_until = null, attempts = 0, link_id = (parameters ->> 'link_id')::bigint,
  not_before = 'infinity', give_up_at = created_at + interval '30 minutes',
  error = jsonb_build_object('code', 'sync.still_waiting', 'detail',
    'The other side has not taken the item yet. It is still being tried: the link of the task shows how it goes.')
where job_type = 'task_to_issue' and status in ('pending', 'running');

create index jobs_lane on jobs (job_type, lane, not_before, id) where status = 'pending';
create index jobs_running on jobs (job_type, lane) where status = 'running';
create index jobs_give_up on jobs (give_up_at) where give_up_at is not null and status in ('pending', 'awaiting_source');
create index jobs_link on jobs (link_id) where link_id is not null and status = 'pending';
create index jobs_integration on jobs (integration_id) where status = 'pending' and give_up_at is not null;
create index jobs_waiting on jobs (job_type, not_before) where status in ('pending', 'awaiting_source');
drop index jobs_due;
drop index jobs_awaiting;

create index outbox_lane on outbox (integration_id, not_before, id);
drop index outbox_integration;
create index links_refetch_lane on links (integration_id, refetch_at) where refetch_at is not null;
