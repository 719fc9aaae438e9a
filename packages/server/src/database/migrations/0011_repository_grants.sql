-- Which repositories an integration's credential may be used for, beside those that its config.repositories names.

alter table repositories
  -- Somebody who may change repositories registered it. False: only a request for an analysis or an integration brought it here.
  add column registered boolean not null default false,
  -- Integrations that it was named to by a verified delivery, an import or a link. Those that were deleted stay: ids are never given again.
  add column granted_to bigint[] not null default '{}';

-- Nobody wrote down who registered a repository. A repository with an integration was seen by it, or a person named the integration.
update repositories set granted_to = array[integration_id] where integration_id is not null;
-- Of a repository without an immutable id, only a person can have given these. The others have to be allowed by an owner.
update repositories set registered = true where external_id is null and (clone_url is not null or default_branch is not null);
