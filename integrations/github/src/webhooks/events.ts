import type { EventHandler } from './event-handler.ts';
import { handleInstallation } from './installation.ts';
import { handleInstallationRepositories } from './installation-repositories.ts';
import { handleIssues } from './issues.ts';
import { handleLabel } from './label.ts';
import { handlePullRequest } from './pull-request.ts';
import { handlePush } from './push.ts';
import { handleRepository } from './repository.ts';

const repositoryHandlers: Readonly<Record<string, EventHandler>> = {
  issues: handleIssues,
  label: handleLabel,
  pull_request: handlePullRequest,
  push: handlePush,
  repository: handleRepository,
};

/** Handlers of the events that GitHub sends to an App's own webhook without a subscription, and refuses in a repository's hook. */
const appHandlers: Readonly<Record<string, EventHandler>> = {
  installation: handleInstallation,
  installation_repositories: handleInstallationRepositories,
};

export const eventHandlers: Readonly<Record<string, EventHandler>> = { ...repositoryHandlers, ...appHandlers };

/** The events to subscribe to when creating a hook in a repository. */
export const repositoryHookEvents: readonly string[] = Object.keys(repositoryHandlers);

/** Every event that this integration handles, from hooks of repositories and of Apps. */
export const handledEvents: readonly string[] = Object.keys(eventHandlers);
