import type { ExternalRepository } from '@commandcenter/integration-kit';
import { type Static, Type } from 'typebox';
import { Id } from '../numbers.ts';
import { createReader } from '../schema-reader.ts';
import { actionOf, type EventHandler, ignoreAction } from './event-handler.ts';
import { InstallationSchema, ignoreOtherApp, ignoreOtherInstallation, ignoreUnlessApp } from './installation-filter.ts';

/** A repository in an `installation_repositories` event. It has no owner field; the owner is the first part of `full_name`. */
const GrantedRepositorySchema = Type.Object({
  id: Id,
  node_id: Type.Optional(Type.Unknown()),
  full_name: Type.String({ pattern: '^[^/]+/[^/]+$' }),
});

const grantedRepositories = Type.Optional(Type.Union([Type.Array(GrantedRepositorySchema), Type.Null()]));
const repositoriesEvent = createReader(
  Type.Object({
    installation: InstallationSchema,
    repositories_added: grantedRepositories,
    repositories_removed: grantedRepositories,
  }),
);

/** Handles the webhook event https://docs.github.com/webhooks/webhook-events-and-payloads#installation_repositories */
export const handleInstallationRepositories: EventHandler = (payload, integration) => {
  const action = actionOf(payload);
  if (action !== 'added' && action !== 'removed') return ignoreAction('installation_repositories', action);
  const withoutApp = ignoreUnlessApp(integration);
  if (withoutApp !== null) return withoutApp;
  const { installation, repositories_added, repositories_removed } = repositoriesEvent.payload(payload);
  const ignored = ignoreOtherApp(installation, integration) ?? ignoreOtherInstallation(installation, integration);
  if (ignored !== null) return ignored;
  const added = (repositories_added ?? []).map(toGrantedRepository);
  const removed = (repositories_removed ?? []).map(toGrantedRepository);
  if (added.length + removed.length === 0) return { ignored: 'The event names no repository.' };
  return { changes: [{ kind: 'repository_access_changed', added, removed }] };
};

function toGrantedRepository({ id, node_id, full_name }: Static<typeof GrantedRepositorySchema>): ExternalRepository {
  const [owner = '', name = ''] = full_name.split('/');
  const handle = typeof node_id === 'string' && node_id !== '' ? { handle: node_id } : {};
  return { owner, name, externalId: String(id), ...handle };
}
