-- Finds tasks by a part of their title. It costs 5 to 30 µs for each title that is written, by its length. Titles only: with descriptions
-- an insert costs 40 times as much, and their search is bounded instead. Where the extension is not there, or this user may not create
-- it, titles are searched in that way too: docs/operations.md says how to have the index later.
do $$
declare
  extension_schema text;
begin
  create extension if not exists pg_trgm;
  select n.nspname into strict extension_schema
  from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_trgm';
  execute format(
    'create index tasks_title_trigrams on tasks using gin (title %I.gin_trgm_ops) where deleted_at is null',
    extension_schema);
exception
  when insufficient_privilege or undefined_file or feature_not_supported then
    raise notice 'titles are searched without an index: %', sqlerrm;
end
$$;

-- One row, written by whoever asks whether a server is ready: a database that only reads is not.
create table storage_probes (
  id smallint primary key check (id = 1),
  at timestamptz not null
);

-- Processes with background work. Each holds an advisory lock by a session of its own; what one without its lock has claimed is given back.
create table workers (
  id         integer primary key,
  started_at timestamptz not null default now()
);
-- Who has claimed a row last. Where the end of the lease is also the time at which the row is due, it is kept beside: a row that is due
-- at another time is not leased any more.
alter table jobs add column worker integer;
alter table outbox add column worker integer;
alter table repository_polls add column worker integer;
alter table credential_gates add column worker integer;
alter table links add column refetch_worker integer, add column refetch_lease_until timestamptz;
alter table repositories add column check_worker integer, add column check_lease_until timestamptz;
