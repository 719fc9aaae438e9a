-- Conflicts that people decide: the fields that a link does not sync until then, and what was decided.
alter table links add column frozen text[] not null default '{}';
alter table sync_conflicts
  add column value      jsonb,        -- the decided value, where it is neither side's
  add column decided_by text,
  add column decided_at timestamptz,
  add column undone_at  timestamptz;
create index sync_conflicts_undecided on sync_conflicts (id) where outcome = 'open';
-- For the webhook of an edit that a read has found before: it names the person.
create index sync_conflicts_unnamed on sync_conflicts (link_id) where theirs_by is null;
