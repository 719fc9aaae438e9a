import type { EventHandler } from './handled.ts';
import { handleIssues } from './issues.ts';
import { handleLabel } from './label.ts';
import { handlePullRequest } from './pull-request.ts';
import { handlePush } from './push.ts';
import { handleRepository } from './repository.ts';

/** Every event that changes something here; also what a hook that we make subscribes to. */
export const eventHandlers: Readonly<Record<string, EventHandler>> = {
  issues: handleIssues,
  label: handleLabel,
  pull_request: handlePullRequest,
  push: handlePush,
  repository: handleRepository,
};

export const handledEvents: readonly string[] = Object.keys(eventHandlers);
