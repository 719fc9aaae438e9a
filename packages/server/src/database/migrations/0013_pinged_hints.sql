-- True where a verified ping named the hint: a hook that its sender has tried is tried before hints of other deliveries.
alter table webhook_hints add column pinged boolean not null default false;
