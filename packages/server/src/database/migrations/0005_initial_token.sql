-- The token that a start prints until it was used. An unused one is replaced by the next start.
alter table api_tokens add column initial boolean not null default false;
update api_tokens set initial = true
where id = (select min(id) from api_tokens where name = 'First token' and user_id = (select min(id) from users));
