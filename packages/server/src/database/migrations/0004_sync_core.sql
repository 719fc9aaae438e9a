-- Sync core: identity by the provider's id, one link per item and project, partial writes with receipts, conflicts that stay visible.

-- The host that an integration talks to, as it stands in identities: `api.github.com`, `ghe.example:8443`.
alter table integrations add column host text not null default '';
-- The other side's clock minus ours, from the Date header of its responses: edits of both sides are compared on its clock.
alter table integrations add column clock_offset_ms integer not null default 0;

-- As the server computes it from the address: lower case, without the port that the scheme implies.
create function pg_temp.host_of(integration_type text, address text) returns text language sql as $$
  select coalesce(
    regexp_replace(
      substring(lower(address) from '^https?://(?:[^/@?#]*@)?([^/?#]+)'),
      case when lower(address) like 'https:%' then ':443$' else ':80$' end, ''),
    case integration_type when 'github' then 'api.github.com' else integration_type end)
$$;
update integrations set host = pg_temp.host_of(integration_type, config ->> 'api_url');

-- Repositories ------------------------------------------------------------------------------------------------------------

alter table repositories
  -- '': registered by name alone, the host is not known yet.
  add column host text not null default '',
  -- Another immutable id by which some APIs look a repository up (GitHub's node_id).
  add column handle text,
  -- When owner and name were last seen at the other side, on its clock: an older event does not change them back.
  add column name_seen_at timestamptz,
  -- Another repository has taken this name; the row keeps it for people until its own new name is seen.
  add column name_lost_at timestamptz,
  -- {scope: 'writes' | 'everything', class, message, remedy, since}: why its requests are refused; null while it works.
  add column refusal jsonb,
  -- When to check again whether access has returned.
  add column check_at timestamptz,
  add column check_attempts integer not null default 0;

-- Former names of a repository, for people. Bounded: a year.
create table repository_names (
  repository_id bigint not null references repositories on delete cascade,
  owner         text not null,
  name          text not null,
  until         timestamptz not null default now(),
  primary key (repository_id, owner, name)
);

-- An integration that sees a repository which an older one follows. Bounded: one row a pair.
create table repository_overlaps (
  integration_id bigint not null references integrations on delete cascade,
  repository_id  bigint not null references repositories on delete cascade,
  seen_at        timestamptz not null default now(),
  primary key (integration_id, repository_id)
);
create index repository_overlaps_repository on repository_overlaps (repository_id);

-- Tasks -------------------------------------------------------------------------------------------------------------------

-- A deleted task stays for 30 days; its link is the tombstone that keeps its item from coming back.
alter table tasks add column deleted_at timestamptz;
create index tasks_deleted on tasks (deleted_at) where deleted_at is not null;

-- {kind: 'edit' | 'webhook' | 'poll' | 'import' | 'read' | 'write' | 'conflict', link_id?}: how the change came about. Null: before this.
alter table task_history add column origin jsonb;

-- Links -------------------------------------------------------------------------------------------------------------------

alter table links
  add column kind text not null default 'item' check (kind in ('item')),
  add column host text not null default '',
  -- Facet to the provider's time of the newest snapshot that `base` holds: {core: RFC 3339}.
  add column versions jsonb not null default '{}',
  -- Write[]: what was sent and not answered yet, then the receipts of the last five answered writes, for an hour.
  add column writes jsonb not null default '[]',
  add column last_error_hint text;

-- Hosts of what exists -----------------------------------------------------------------------------------------------------

-- The host of an item whose integration is gone, by the address that people see.
create function pg_temp.host_of_item(type text, url text) returns text language sql as $$
  select case
    when type = 'github' and url ~* '^https?://(www\.)?github\.com/' then 'api.github.com'
    -- GitHub Enterprise Cloud with its own domain has the API on a host beside it.
    when type = 'github' and url ~* '^https://[^/.]+\.ghe\.com/' then 'api.' || pg_temp.host_of(type, url)
    -- Integrations without an address are identified by their type.
    when exists (select from integrations i where i.integration_type = type and i.host = type) then type
    else pg_temp.host_of(type, url) end
$$;

update links l set
  host = coalesce(
    (select i.host from integrations i where i.id = l.integration_id),
    pg_temp.host_of_item(l.integration_type, l.url)),
  -- In the form in which the server writes times.
  versions = case when l.remote_version is null then '{}' else jsonb_build_object(
    'core', to_char(l.remote_version at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) end;
alter table links drop column remote_version;

-- Creates that may have been carried out. Their item is found by a marker that is signed with the repository's id, in a list of what
-- the integration's account created. So they keep both, whatever else moves.
create temporary table sent_creates on commit drop as
  select l.id from links l join outbox o on o.link_id = l.id
  where l.external_id is null and o.kind = 'create' and o.sent_at is not null;

-- The integrations that work with a repository: one registered it, others poll it or brought its items. `usable` ones can follow it.
create temporary view repository_users as
  select u.repository_id, u.integration_id, i.host,
    i.enabled and not i.auth_blocked and case when jsonb_typeof(i.config -> 'repositories') = 'array'
      then i.config -> 'repositories' = '[]' or exists (
        select from jsonb_array_elements_text(i.config -> 'repositories') entry where lower(entry) = lower(r.owner || '/' || r.name))
      else true end as usable
  from (
    select id as repository_id, integration_id from repositories where integration_id is not null
    union select repository_id, integration_id from repository_polls
    union select repository_id, integration_id from links where repository_id is not null and sync_state <> 'detached'
  ) u
  join integrations i on i.id = u.integration_id
  join repositories r on r.id = u.repository_id;

update repositories r set host = i.host from integrations i where i.id = r.integration_id;
update repositories r set host = u.host
from (select distinct on (repository_id) repository_id, host from repository_users order by repository_id, usable desc, integration_id) u
where u.repository_id = r.id and r.integration_id is null;
-- Repositories of deleted integrations.
update repositories r set host = l.host
from (
  select distinct on (repository_id) repository_id, host from links
  where repository_id is not null order by repository_id, last_synced_at desc nulls last, id desc) l
where l.repository_id = r.id and r.host = '';

-- One row a repository -----------------------------------------------------------------------------------------------------

drop index repositories_project_name;

-- Repositories of one name at two hosts shared a row. Each host gets its own row. Nobody can tell whose id the row has had, so it is
-- learned anew.
create temporary table shared_repositories on commit drop as
  select nextval(pg_get_serial_sequence('repositories', 'id')) as id, shared.*
  from (
    select distinct u.repository_id, u.host from repository_users u join repositories r on r.id = u.repository_id
    where u.host <> r.host) shared;
insert into repositories (id, project_id, owner, name, host, created_at) overriding system value
select s.id, r.project_id, r.owner, r.name, s.host, r.created_at
from shared_repositories s join repositories r on r.id = s.repository_id;
update repositories set external_id = null where id in (select repository_id from shared_repositories);
update links l set repository_id = s.id
from shared_repositories s
where l.repository_id = s.repository_id and l.host = s.host and l.id not in (select id from sent_creates);
update repository_polls p set repository_id = s.id
from shared_repositories s, integrations i
where p.repository_id = s.repository_id and i.id = p.integration_id and i.host = s.host;

-- One repository stood under two names: the row that was changed last keeps the id, and gets what belongs to the others.
create temporary table repeated_repositories on commit drop as
  select id, first_value(id) over (
    partition by project_id, host, external_id order by updated_at desc, id desc) as kept
  from repositories where external_id is not null;
delete from repeated_repositories where id = kept;
-- A task has one followed link in a repository: where two rows had one each, the other one stays under its row.
update links l set repository_id = moving.kept
from (
  select l.id, r.kept, l.sync_state in ('deleted', 'detached') as unfollowed,
    row_number() over (partition by l.task_id, r.kept, l.sync_state in ('deleted', 'detached') order by l.id) as place
  from links l join repeated_repositories r on r.id = l.repository_id
  where l.id not in (select id from sent_creates)) moving
where l.id = moving.id and (moving.unfollowed or l.task_id is null or (moving.place = 1 and not exists (
  select from links other
  where other.task_id = l.task_id and other.repository_id = moving.kept and other.sync_state not in ('deleted', 'detached'))));
insert into repository_polls (integration_id, repository_id, next_poll_at, since, last_delivery_at)
select p.integration_id, r.kept, now(), min(p.since), max(p.last_delivery_at)
from repository_polls p join repeated_repositories r on r.id = p.repository_id
group by p.integration_id, r.kept
on conflict (integration_id, repository_id) do update
set next_poll_at = excluded.next_poll_at, since = least(repository_polls.since, excluded.since), url = null, etag = null;
delete from repository_polls where repository_id in (select id from repeated_repositories);
update finding_tasks f set repository_id = moving.kept
from (
  select distinct on (r.kept, f.fingerprint) f.repository_id, f.fingerprint, r.kept
  from finding_tasks f join repeated_repositories r on r.id = f.repository_id
  order by r.kept, f.fingerprint, f.created_at, f.repository_id) moving
where f.repository_id = moving.repository_id and f.fingerprint = moving.fingerprint and not exists (
  select from finding_tasks other where other.repository_id = moving.kept and other.fingerprint = moving.fingerprint);
update repositories set external_id = null, name_lost_at = now() where id in (select id from repeated_repositories);

create unique index repositories_identity on repositories (project_id, host, external_id) where external_id is not null;
create unique index repositories_project_name on repositories (project_id, host, lower(owner), lower(name)) where name_lost_at is null;
create index repositories_check on repositories (check_at) where check_at is not null;

-- One integration follows a repository: the oldest one that is able to. The others show the overlap.
update repositories r set integration_id = u.integration_id
from (
  select distinct on (u.repository_id) u.repository_id, u.integration_id
  from repository_users u join repositories own on own.id = u.repository_id and own.host = u.host
  order by u.repository_id, u.usable desc, u.integration_id) u
where u.repository_id = r.id and r.integration_id is distinct from u.integration_id;
insert into repository_overlaps (integration_id, repository_id)
select u.integration_id, u.repository_id
from repository_users u join repositories r on r.id = u.repository_id and r.host = u.host
where u.integration_id <> r.integration_id and u.usable;

-- One link an item ---------------------------------------------------------------------------------------------------------

-- Where two integrations had brought the same item, the link that works keeps it: first that of the integration that follows the
-- repository, then the oldest. The other tasks stay, and their history says where the item went.
create temporary table repeated_links on commit drop as
  select l.id, l.task_id, l.url, first_value(l.id) over (
    partition by l.project_id, l.integration_type, l.host, l.external_id
    order by l.task_id is null, l.sync_state in ('deleted', 'detached'), l.integration_id is distinct from r.integration_id,
      l.integration_id, l.id) as kept
  from links l left join repositories r on r.id = l.repository_id where l.external_id is not null;
delete from repeated_links where id = kept;
insert into task_history (task_id, version, actor, changes)
select r.task_id, t.version, '{"type": "system", "id": null, "name": "CommandCenter"}', jsonb_build_array(jsonb_build_object(
  'field', 'link', 'from', r.url, 'to', null,
  'detail', 'The item is followed by task ' || kept.task_id || '. This task stays, without the item.'))
from repeated_links r join tasks t on t.id = r.task_id join links kept on kept.id = r.kept
where kept.task_id <> r.task_id
order by r.task_id;
delete from links where id in (select id from repeated_links);

drop index links_external;
create unique index links_identity on links (project_id, integration_type, host, kind, external_id);
drop index links_detached;

update links l set integration_id = r.integration_id
from repositories r
where r.id = l.repository_id and r.host = l.host and l.sync_state <> 'detached' and l.integration_id <> r.integration_id
  and l.id not in (select id from sent_creates);
update outbox o set integration_id = l.integration_id
from links l where l.id = o.link_id and l.integration_id <> o.integration_id;

-- Two items of one number: a repository took over the name of another. What was known by then may belong to either, so each item is
-- read, which tells the two apart.
update links l set refetch_at = now(), refetch_attempts = 0
from (
  select repository_id, max(id) as newest
  from (
    select id, repository_id, count(*) over (partition by repository_id, number) as items
    from links where repository_id is not null and number is not null and external_id is not null) numbered
  where items > 1 group by repository_id) reused
where l.repository_id = reused.repository_id and l.id <= reused.newest and l.external_id is not null and l.task_id is not null
  and l.sync_state not in ('deleted', 'detached');

-- Writes in flight ---------------------------------------------------------------------------------------------------------

-- An update whose response was not seen, or a create whose item was seen, is settled by reading the item.
update links l set refetch_at = now(), refetch_attempts = 0
from outbox o where o.link_id = l.id and l.external_id is not null and (o.sent <> '[]' or o.sent_at is not null);
update outbox o set kind = 'update', sent_at = null
from links l where l.id = o.link_id and l.external_id is not null and (o.kind = 'create' or o.sent_at is not null);
-- A create is looked for by its marker.
update links l set writes = jsonb_build_array(jsonb_build_object(
  'at', to_char(o.sent_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'read_version', null,
  'set', case when o.sent = '[]' then '{}' else jsonb_build_object(
    'title', jsonb_build_array(null, o.sent -> -1 -> 'title'),
    'description', jsonb_build_array(null, o.sent -> -1 -> 'description'),
    'status', jsonb_build_array(null, o.sent -> -1 -> 'status'),
    'priority', jsonb_build_array(null, o.sent -> -1 -> 'priority')) end,
  'add', case when o.sent = '[]' then '{}' else jsonb_build_object(
    'labels', o.sent -> -1 -> 'labels', 'assignees', o.sent -> -1 -> 'assignees') end,
  'remove', '{}'::jsonb))
from outbox o where o.link_id = l.id and o.link_id in (select id from sent_creates);
alter table outbox drop column sent;

drop view repository_users;
drop function pg_temp.host_of_item(text, text);

-- Identities that must not become a task: `moved` items live on under another identity (link_id), `deleted` ones were deleted before
-- they were seen. Bounded: moved ones go with their link, deleted ones after 90 days.
create table link_aliases (
  project_id       bigint not null references projects on delete cascade,
  integration_type text not null,
  host             text not null,
  kind             text not null default 'item',
  external_id      text not null,
  link_id          bigint references links on delete cascade,
  why              text not null check (why in ('moved', 'deleted')),
  at               timestamptz not null default now(),
  primary key (project_id, integration_type, host, kind, external_id)
);
create index link_aliases_link on link_aliases (link_id);
create index link_aliases_at on link_aliases (at) where link_id is null;

-- Both sides had changed a field to different values. The value that lost can be restored from here. Bounded: gone with their task.
create table sync_conflicts (
  id          bigint generated always as identity primary key,
  task_id     bigint not null references tasks on delete cascade,
  link_id     bigint references links on delete set null,
  field       text not null,
  base        jsonb,
  ours        jsonb,
  theirs      jsonb,
  ours_at     timestamptz,
  theirs_at   timestamptz,
  ours_by     text,
  theirs_by   text,
  policy      text not null default 'newest' check (policy in ('newest', 'remote', 'local', 'manual')),
  outcome     text not null check (outcome in ('open', 'ours', 'theirs', 'merged')),
  delivery_id bigint,
  at          timestamptz not null default now()
);
create unique index sync_conflicts_open on sync_conflicts (link_id, field) where outcome = 'open';
create index sync_conflicts_task on sync_conflicts (task_id, id);
