import { Type } from 'typebox';
import { PullRequestSchema, toPullRequestRef } from '../code-host/pull-request.ts';
import { createReader } from '../read.ts';
import { RepositorySchema, toRepository } from '../repository.ts';
import { actionOf, type EventHandler, notHandled } from './handled.ts';

const analysedActions = new Set(['opened', 'synchronize', 'reopened']);

const pullRequestEvent = createReader(Type.Object({ pull_request: PullRequestSchema, repository: RepositorySchema }));

/** https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request */
export const handlePullRequest: EventHandler = (payload) => {
  const action = actionOf(payload);
  if (!analysedActions.has(action)) return notHandled('pull_request', action);
  const { pull_request, repository } = pullRequestEvent.payload(payload);
  const pullRequest = toPullRequestRef(pull_request, repository.id);
  return { changes: [{ kind: 'analysis_requested', repository: toRepository(repository), pullRequest }] };
};
