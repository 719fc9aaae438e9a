-- Workflows that need no stored secret: the issuer (GitHub's OIDC) signs which repository runs, and a project lists those it trusts.

-- Trusted are ids: a name can be taken over by somebody else, an id of an issuer is never given again. Bounded: 1,000 a project.
create table trusted_repositories (
  id            bigint generated always as identity primary key,
  project_id    bigint not null references projects on delete cascade,
  issuer        text not null,                       -- as id tokens have it in iss
  repository_id bigint not null,                     -- the issuer's own, claim repository_id
  owner_id      bigint not null,                     -- claim repository_owner_id
  name          text,                                -- owner/repo, for people: as the last id token had it
  last_used_at  timestamptz,                         -- when a workflow of it last got a token
  created_at    timestamptz not null default now(),
  unique (project_id, issuer, repository_id)
);
create index trusted_repositories_issuer on trusted_repositories (issuer);

-- The trust that an API token was given for; its end is the token's end. Such tokens are dropped a day after they expire.
alter table api_tokens add column trusted_repository_id bigint references trusted_repositories on delete cascade;
create index api_tokens_trusted on api_tokens (trusted_repository_id, expires_at) where trusted_repository_id is not null;

-- Id tokens that were taken: none is taken twice. Bounded: kept until they expire, two hours at most, and a trusted repository holds
-- at most 1,000 valid tokens.
create table used_id_tokens (
  issuer     text not null,
  jti        text not null,
  expires_at timestamptz not null,
  primary key (issuer, jti)
);
create index used_id_tokens_expires_at on used_id_tokens (expires_at);
