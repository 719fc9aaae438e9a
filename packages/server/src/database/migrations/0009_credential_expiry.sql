-- When the credential expires, as the other side has said; null where it has not. A change of the credential clears it.
alter table integrations add column credential_expires_at timestamptz;
