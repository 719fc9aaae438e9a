-- The foundation: who may do what, tasks, integrations, webhooks, sync and background work.
-- Every table says what bounds it. All ids are bigint identities; the driver reads int8 as a JavaScript number.

-- Keys of this installation, each wrapped (JWE) with the active key of ENCRYPTION_KEYS: 'fingerprint' (keyed fingerprints of
-- secrets), 'marker' (HMAC of create markers), 'cursor' (signed list cursors). Bounded: one row a name.
create table instance_keys (
  name       text primary key,
  jwe        text not null,
  created_at timestamptz not null default now()
);

-- People, projects, tokens ------------------------------------------------------------------------------------------------

create table users (
  id         bigint generated always as identity primary key,
  login      text not null,
  name       text not null default '',
  created_at timestamptz not null default now()
);
create unique index users_login_key on users (lower(login));

create table projects (
  id         bigint generated always as identity primary key,
  name       text not null,
  slug       text not null unique,
  created_at timestamptz not null default now()
);

create table project_members (
  project_id bigint not null references projects on delete cascade,
  user_id    bigint not null references users on delete cascade,
  role       text   not null check (role in ('owner', 'member', 'viewer')),
  primary key (project_id, user_id)
);

-- project_id null: every project of the token's user. Only the SHA-256 of a token is kept.
create table api_tokens (
  id           bigint generated always as identity primary key,
  user_id      bigint references users on delete cascade,
  project_id   bigint references projects on delete cascade,
  name         text not null,
  prefix       text not null,
  token_hash   bytea not null unique,
  scopes       text[] not null,
  expires_at   timestamptz,
  last_used_at timestamptz,
  created_at   timestamptz not null default now()
);

-- Answers to POSTs that carried an Idempotency-Key. Bounded by housekeeping: 24 hours.
create table idempotency_keys (
  principal    text not null,
  key          text not null,
  request_hash bytea not null,
  status       smallint,          -- null: the first request is still running
  response     jsonb,
  created_at   timestamptz not null default now(),
  primary key (principal, key)
);

-- Security-relevant acts (tokens, integrations, deletes, replays). Bounded by RETENTION_AUDIT_DAYS.
create table audit_log (
  id         bigint generated always as identity primary key,
  at         timestamptz not null default now(),
  project_id bigint,
  actor      jsonb not null,      -- {type: 'token'|'user'|'integration'|'system', id, name}
  action     text not null,       -- 'integration.create', 'token.revoke', ...
  object     text not null,       -- 'integration:12'
  details    jsonb not null default '{}'
);
create index audit_log_at on audit_log (at);

-- Integrations ------------------------------------------------------------------------------------------------------------

create table integrations (
  id                  bigint generated always as identity primary key,
  project_id          bigint not null references projects on delete cascade,
  name                text not null,
  integration_type    text not null,
  auth_type           text not null,
  config              jsonb not null default '{}',   -- never a secret
  credentials         text,                          -- JWE of {access_token?, refresh_token?, client_secret?, private_key?, expires_at?}
  credentials_fields  text[] not null default '{}',  -- which of them are there, readable without a key
  credentials_version integer not null default 0,    -- compare-and-swap for refresh and re-wrap
  refresh_lease_owner text,                          -- who renews the credential just now; credentials_version is the fence
  refresh_lease_until timestamptz,
  credential_key      text,                          -- keyed fingerprint of credential and host: one rate budget per token
  account             jsonb,                         -- who we are there: {id, login, type}; learned by a test or the first create
  enabled             boolean not null default true,
  disabled_by         text check (disabled_by in ('user', 'errors')),
  status              text not null default 'pending' check (status in ('active', 'pending', 'degraded', 'error', 'inactive')),
  error_count         integer not null default 0,    -- consecutive
  total_error_count   bigint not null default 0,
  success_count       bigint not null default 0,
  last_error          text,
  last_error_class    text check (last_error_class in
    ('auth', 'permission', 'not_found', 'validation', 'rate_limit', 'outage', 'timeout', 'connection', 'bug')),
  last_error_at       timestamptz,
  last_success_at     timestamptz,
  circuit             text not null default 'closed' check (circuit in ('closed', 'open', 'half_open')),
  circuit_failures    integer not null default 0,
  next_attempt_at     timestamptz,                   -- no background call before it (open circuit, probe of a disabled one)
  auth_blocked        boolean not null default false, -- after an auth failure: until a test passes or the credential changes
  rate_limit          jsonb,                         -- {limit, remaining, reset_at, resource}
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now()
);
create index integrations_project on integrations (project_id, id);
create index integrations_probe on integrations (next_attempt_at) where next_attempt_at is not null;

-- A secret and, for 24 h after a change, the one before it (valid_until set).
create table webhook_secrets (
  id               bigint generated always as identity primary key,
  integration_id   bigint not null references integrations on delete cascade,
  jwe              text not null,
  fingerprint      bytea not null,                   -- keyed: integrations with the same secret are verified once
  valid_until      timestamptz,
  created_at       timestamptz not null default now(),
  last_verified_at timestamptz
);
create index webhook_secrets_fingerprint on webhook_secrets (fingerprint);
create index webhook_secrets_integration on webhook_secrets (integration_id);

-- Where to look first for the secret of a shared-URL webhook. Bounded: a handful a hook or repository; learned ones capped per integration.
create table webhook_hints (
  integration_type text not null,
  kind             text not null check (kind in ('hook', 'hook_target', 'installation', 'repository_id', 'repository', 'organization_id', 'organization')),
  value            text not null,                    -- lower case
  integration_id   bigint not null references integrations on delete cascade,
  learned          boolean not null,                 -- seen on a verified delivery (otherwise: configured)
  created_at       timestamptz not null default now(),
  primary key (integration_type, kind, value, integration_id)
);
create index webhook_hints_integration on webhook_hints (integration_id);

-- Hooks we made at the other side, to be removed with the integration.
create table remote_hooks (
  integration_id bigint not null references integrations on delete cascade,
  repository     text not null,                      -- owner/name
  external_id    text not null,
  url            text not null,
  created_at     timestamptz not null default now(),
  primary key (integration_id, repository, external_id)
);

-- Namespaced key-value store of an integration's author. Bounded: 10,000 keys an integration, 64 KiB a value.
create table integration_records (
  integration_id bigint not null references integrations on delete cascade,
  key            text not null,
  value          jsonb not null,
  updated_at     timestamptz not null default now(),
  primary key (integration_id, key)
);

-- One row per credential: what the other side told it to wait for, the pace of its writes, and who is writing just now.
create table credential_gates (
  credential_key    text primary key,
  blocked_until     timestamptz,                     -- named by the other side: no request before it, reads included
  blocked_reason    text,
  write_tat         timestamptz,                     -- GCRA theoretical arrival times
  create_tat        timestamptz,
  create_hour_tat   timestamptz,
  write_lease_owner text,
  write_lease_until timestamptz,
  updated_at        timestamptz not null default now()
);

-- Repositories and tasks --------------------------------------------------------------------------------------------------

create table repositories (
  id               bigint generated always as identity primary key,
  project_id       bigint not null references projects on delete cascade,
  integration_id   bigint references integrations on delete set null,
  owner            text not null,
  name             text not null,
  external_id      text,
  default_branch   text,
  clone_url        text,
  head_sha         text,                             -- of the default branch, by push
  pushed_at        timestamptz,
  last_synced_at   timestamptz,
  last_analysis_id bigint,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now()
);
create unique index repositories_project_name on repositories (project_id, lower(owner), lower(name));
create index repositories_integration on repositories (integration_id);

-- What an integration watches without, or besides, a webhook: conditional polling.
create table repository_polls (
  integration_id   bigint not null references integrations on delete cascade,
  repository_id    bigint not null references repositories on delete cascade,
  next_poll_at     timestamptz not null,
  since            timestamptz not null,             -- changes at or after this have not all been seen
  url              text,                             -- the conditional request the etag belongs to
  etag             text,
  last_delivery_at timestamptz,                      -- a webhook delivers: poll seldom
  lease_until      timestamptz,
  failures         integer not null default 0,
  primary key (integration_id, repository_id)
);
create index repository_polls_due on repository_polls (next_poll_at);

create table tasks (
  id           bigint generated always as identity primary key,
  project_id   bigint not null references projects on delete cascade,
  title        text not null,
  description  text not null default '',
  status       text not null default 'todo' check (status in ('todo', 'in_progress', 'blocked', 'done', 'cancelled')),
  priority     text not null default 'medium' check (priority in ('high', 'medium', 'low')),
  assignees    text[] not null default '{}',
  labels       text[] not null default '{}',
  due_date     date,
  version      integer not null default 1,
  field_times  jsonb not null default '{}',          -- when a field last changed here: {title: RFC 3339, ...}; decides conflicts
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  completed_at timestamptz
) with (fillfactor = 85);
create index tasks_project on tasks (project_id, id);
create index tasks_open on tasks (project_id, status, id) where status not in ('done', 'cancelled');

create table task_history (
  id         bigint generated always as identity primary key,
  task_id    bigint not null references tasks on delete cascade,
  version    integer not null,
  at         timestamptz not null default now(),
  actor      jsonb not null,                         -- {type: 'token'|'user'|'integration'|'system', id, name}
  delivery_id bigint,                                -- the webhook that brought it
  changes    jsonb not null                          -- [{field, from, to, conflict?: {winner, lost}}]; create: [{field: 'created'}]
);
create index task_history_task on task_history (task_id, id);

-- Sync --------------------------------------------------------------------------------------------------------------------

-- A task's counterpart elsewhere. integration_id keeps the number of a deleted integration (sync_state 'detached'), so no foreign key.
create table links (
  id               bigint generated always as identity primary key,
  marker           uuid not null unique default gen_random_uuid(),
  project_id       bigint not null references projects on delete cascade,
  task_id          bigint references tasks on delete set null,  -- null: the task was deleted; the row is its tombstone
  integration_id   bigint not null,
  integration_type text not null,
  repository_id    bigint references repositories on delete set null,
  external_id      text,                             -- null while the create is under way
  number           integer,
  url              text,
  state            text,                             -- as the other side says: open, closed
  sync_state       text not null check (sync_state in ('in_sync', 'pending', 'conflict', 'error', 'deleted', 'detached')),
  -- RemoteFields: the newest state there that the task has taken in. What the task has otherwise is still to be sent; so the last
  -- agreed state and the newest remote one are one value, and every reconcile moves it to the snapshot it was given.
  base             jsonb,
  remote_version   timestamptz,                      -- updated_at of that snapshot
  refused          jsonb not null default '{"labels": [], "assignees": []}', -- sent, silently dropped there, not sent again
  candidate        jsonb,                            -- a snapshot with the same version and other content: ask which is true
  refetch_at       timestamptz,                      -- ask the other side for the current state, not before this
  refetch_attempts integer not null default 0,
  last_error       text,
  last_error_class text,
  last_synced_at   timestamptz,
  created_at       timestamptz not null default now()
) with (fillfactor = 85);
create unique index links_external on links (integration_id, external_id);
create unique index links_task_repository on links (task_id, repository_id) where sync_state not in ('deleted', 'detached');
create index links_task on links (task_id);
create index links_unsettled on links (project_id, sync_state) where sync_state <> 'in_sync';
create index links_refetch on links (refetch_at) where refetch_at is not null;
create index links_repository on links (repository_id);
create index links_detached on links (project_id, url) where sync_state = 'detached';

-- The intent to make the other side equal, committed with the change that caused it. At most one a link; what to write is computed when it is done.
create table outbox (
  id             bigint generated always as identity primary key,
  link_id        bigint not null unique references links on delete cascade,
  integration_id bigint not null references integrations on delete cascade,
  kind           text not null check (kind in ('create', 'update')),
  attempts       integer not null default 0,
  not_before     timestamptz not null default now(), -- 'infinity': the integration is blocked or disabled
  sent_at        timestamptz,                        -- a create left here and its answer was not seen: look before sending again
  sent           jsonb not null default '[]',        -- SyncFields of writes whose answer was not seen, oldest first: their echo is no change. At most 5
  lease_owner    text,
  lease_until    timestamptz,
  last_error     text,
  created_at     timestamptz not null default now()
);
create index outbox_due on outbox (not_before);
create index outbox_integration on outbox (integration_id);
create index outbox_leased on outbox (integration_id) where lease_owner is not null;

-- Validators of a full listing, so that a repeated import of an unchanged repository is answered 304 throughout.
create table listing_pages (
  integration_id bigint not null references integrations on delete cascade,
  repository_id  bigint not null references repositories on delete cascade,
  url            text not null,
  etag           text not null,
  next_url       text,
  primary key (integration_id, repository_id, url)
);

-- Webhooks ----------------------------------------------------------------------------------------------------------------

-- A received webhook, or (status 'rejected') an attempt that did not verify: a bounded ring. Bounded by RETENTION_DELIVERIES_DAYS.
create table deliveries (
  id               bigint generated always as identity primary key,
  integration_id   bigint,                           -- no foreign key: what was received outlives its integration
  project_id       bigint,
  integration_type text not null,
  event            text not null,
  delivery_guid    text not null,
  dedupe_key       uuid,                             -- first 16 bytes of SHA-256 (integration, guid, body); null when rejected
  received_at      timestamptz not null default now(),
  status           text not null,                    -- received|processed|ignored|held|failed|rejected
  attempts         smallint not null default 0,
  body_id          bigint,                           -- of delivery_bodies; null when rejected
  body_start       integer not null default 0,       -- where its body begins in there, in bytes, uncompressed
  body_size        integer not null default 0,
  -- lifted from the body by the worker, for people to search by
  action           text,
  repository       text,                             -- owner/name
  item_number      integer,
  title            text,
  sender           text,
  reason           text,                             -- why it did or did not change anything
  effects          jsonb,
  processed_at     timestamptz
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.1);
create unique index deliveries_dedupe on deliveries (dedupe_key);
create index deliveries_due on deliveries (id) where status = 'received';
create index deliveries_integration on deliveries (integration_id, id);
create index deliveries_unusual on deliveries (status, id) where status in ('failed', 'held', 'rejected');
create index deliveries_received_at on deliveries using brin (received_at);

-- Bodies apart: an update of a delivery does not rewrite them, and old ones go by dropping a partition (one a day, made ahead by
-- housekeeping). Those that were committed together are one row and compressed together: payloads resemble each other, so 16 of 11.6 KB
-- take 180 bytes and 4 µs each, where one alone takes 1,700 bytes and 60 µs.
create sequence delivery_body_ids;
create table delivery_bodies (
  id          bigint not null default nextval('delivery_body_ids'),
  received_at timestamptz not null,                  -- that of its deliveries
  encoding    smallint not null,                     -- 0 raw JSON, 1 zstd
  body        bytea not null
) partition by range (received_at);
alter table delivery_bodies alter column body set storage external;
create index delivery_bodies_id on delivery_bodies (id);
create table delivery_bodies_default partition of delivery_bodies default;

-- Work that a person follows ----------------------------------------------------------------------------------------------

create table jobs (
  id               bigint generated always as identity primary key,
  project_id       bigint not null references projects on delete cascade,
  integration_id   bigint,
  repository_id    bigint references repositories on delete set null,
  job_type         text not null,                    -- repository_analysis|github_import|task_to_issue
  status           text not null default 'pending' check (status in ('pending', 'awaiting_source', 'running', 'completed', 'failed', 'cancelled')),
  progress         smallint not null default 0,
  current_step     text,
  parameters       jsonb not null default '{}',
  checkpoint       jsonb,                            -- where to go on after a worker's death
  result           jsonb,
  error            jsonb,
  request_key      text,                             -- equal requests share one unfinished job
  cancel_requested boolean not null default false,
  attempts         integer not null default 0,
  not_before       timestamptz not null default now(),
  lease_owner      text,
  lease_until      timestamptz,
  actor            jsonb not null,
  created_at       timestamptz not null default now(),
  started_at       timestamptz,
  completed_at     timestamptz,
  updated_at       timestamptz not null default now()
);
create unique index jobs_unfinished on jobs (project_id, request_key) where status in ('pending', 'awaiting_source', 'running');
create index jobs_due on jobs (job_type, not_before) where status in ('pending', 'running');
create index jobs_project on jobs (project_id, id);

-- What GET /jobs/{id}/events streams. Bounded: 1,000 a job, gone with the job.
create table job_events (
  id     bigint generated always as identity primary key,
  job_id bigint not null references jobs on delete cascade,
  at     timestamptz not null default now(),
  type   text not null,                              -- progress|completed|failed|cancelled
  data   jsonb not null
);
create index job_events_job on job_events (job_id, id);
