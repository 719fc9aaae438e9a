import { Type } from 'typebox';
import { PullRequestSchema, toPullRequestRef } from '../code-host/pull-request.ts';
import { RepositorySchema, toRepository } from '../repository.ts';
import { createReader } from '../schema-reader.ts';
import { actionOf, type EventHandler, ignoreAction } from './event-handler.ts';

const analyzedActions = new Set(['opened', 'synchronize', 'reopened']);

const pullRequestEvent = createReader(Type.Object({ pull_request: PullRequestSchema, repository: RepositorySchema }));

/** Handles the webhook event https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request */
export const handlePullRequest: EventHandler = (payload) => {
  const action = actionOf(payload);
  if (!analyzedActions.has(action)) return ignoreAction('pull_request', action);
  const { pull_request, repository } = pullRequestEvent.payload(payload);
  const pullRequest = toPullRequestRef(pull_request, repository.id);
  return { changes: [{ kind: 'analysis_requested', repository: toRepository(repository), pullRequest }] };
};
