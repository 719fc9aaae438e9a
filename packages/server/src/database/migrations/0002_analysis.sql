-- Repository analysis: what came of it, and the sources that are uploaded for it.

-- A completed repository_analysis job. Gone with its job; housekeeping keeps the newest of each repository's default branch.
create table analyses (
  job_id            bigint primary key references jobs on delete cascade,
  project_id        bigint not null references projects on delete cascade,
  repository_id     bigint references repositories on delete set null,
  commit_sha        text,                             -- null: of an uploaded source that names none
  base_sha          text,                             -- null: not compared with anything
  depth             text not null check (depth in ('quick', 'standard', 'comprehensive')),
  branch            text,
  pr_number         integer,
  is_default_branch boolean not null,
  result_key        text not null,                    -- hash of all that the result depends on: equal key, equal result
  complete          boolean not null,                 -- every engine saw all it should
  gate_passed       boolean not null,
  counts            jsonb not null,                   -- {new: {critical, high, medium, low}, all: {…}}
  left_out          integer not null,                 -- findings beyond the most that are kept, the least severe ones
  -- AnalysisReport as JSON, zstd: facts of 20,000 dependencies are 6 MB of JSON and 300 KB here. Never read by lists.
  report            bytea not null,
  report_bytes      integer not null,                 -- uncompressed
  created_at        timestamptz not null default now()
);
alter table analyses alter column report set storage external;
create index analyses_baseline on analyses (repository_id, job_id) where is_default_branch;
create index analyses_result_key on analyses (result_key, job_id);

-- The findings of an analysis, worst first. Bounded: 20,000 an analysis, gone with it; that is also the most a filtered page reads,
-- so that the primary key is all the index a list needs.
create table analysis_findings (
  job_id      bigint not null references analyses on delete cascade,
  id          integer not null,                       -- its place, counted from 1
  fingerprint text not null,
  engine      text not null,
  rule        text not null,
  severity    text not null check (severity in ('critical', 'high', 'medium', 'low')),
  state       text not null check (state in ('new', 'existing', 'fixed', 'suppressed')),
  data        jsonb not null,                         -- the whole Finding
  primary key (job_id, id)
);

-- One row an analysis of a default branch, for charts; it outlives the job. Bounded: the newest 1,000 a repository.
create table repository_trends (
  repository_id       bigint not null references repositories on delete cascade,
  job_id              bigint not null,                -- no foreign key: it may be gone
  commit_sha          text,
  depth               text not null,
  created_at          timestamptz not null,
  lines               integer not null,               -- with code
  findings            jsonb not null,                 -- {critical, high, medium, low}: as counts.all
  complexity          jsonb,                          -- ComplexityFacts; this and what follows null: the depth does not include it
  duplication_percent real,
  dependencies        integer not null,
  dependencies_behind integer,                        -- direct ones with a newer version in their registry
  primary key (repository_id, job_id)
);

-- The task of a finding: one, ever. Bounded: one row a task that was made; it stays as a tombstone when the task is deleted.
create table finding_tasks (
  repository_id    bigint not null references repositories on delete cascade,
  fingerprint      text not null,
  task_id          bigint references tasks on delete set null,
  rule             text not null,
  state            text not null default 'open' check (state in ('open', 'fixed')),
  last_seen_job_id bigint not null,                   -- no foreign key: it may be gone
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  primary key (repository_id, fingerprint)
);
create index finding_tasks_task on finding_tasks (task_id);

-- Where an analysis is shown on a pull request: to be found again, instead of shown twice. Bounded: one row a pull request.
create table analysis_publications (
  repository_id bigint not null references repositories on delete cascade,
  pr_number     integer not null,
  kind          text not null check (kind in ('check', 'comment', 'none')),
  external_id   text,
  url           text,
  reason        text,                                 -- why it is shown in a lesser way, or not at all
  job_id        bigint not null,                      -- no foreign key: it may be gone
  updated_at    timestamptz not null default now(),
  primary key (repository_id, pr_number)
);

-- Uploaded sources, in the database so that any worker can read what any API process took in: one a job, gone when the job ends.
-- Bounded: 256 MB each. A later upload takes the place of an earlier one, whole or not.
create table job_sources (
  id          uuid primary key default gen_random_uuid(),
  job_id      bigint not null unique references jobs on delete cascade,
  bytes       bigint,                                 -- null: still on its way, or broken off
  created_at  timestamptz not null default now()
);
create table job_source_chunks (
  source_id uuid not null references job_sources on delete cascade,
  number    integer not null,
  bytes     bytea not null,
  primary key (source_id, number)
);
-- It is compressed already.
alter table job_source_chunks alter column bytes set storage external;

-- The newest job that answered an equal request.
create index jobs_answered on jobs (project_id, request_key, id) where status = 'completed' and request_key is not null;
-- Jobs that wait for their source: not_before says until when.
create index jobs_awaiting on jobs (not_before) where status = 'awaiting_source';
