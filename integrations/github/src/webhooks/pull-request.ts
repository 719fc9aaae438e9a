import { Type } from 'typebox';
import { createReader } from '../read.ts';
import { RepositorySchema, toRepository } from '../repository.ts';
import { actionOf, type EventHandler, notHandled } from './handled.ts';

const analysedActions = new Set(['opened', 'synchronize', 'reopened']);

const BranchSchema = Type.Object({
  sha: Type.String(),
  ref: Type.String(),
  /** Null when the fork was deleted. */
  repo: Type.Optional(Type.Union([Type.Object({ id: Type.Integer() }), Type.Null()])),
});

const pullRequestEvent = createReader(
  Type.Object({
    pull_request: Type.Object({ number: Type.Integer(), title: Type.String(), head: BranchSchema, base: BranchSchema }),
    repository: RepositorySchema,
  }),
);

/** https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request */
export const handlePullRequest: EventHandler = (payload) => {
  const action = actionOf(payload);
  if (!analysedActions.has(action)) return notHandled('pull_request', action);
  const { pull_request, repository } = pullRequestEvent.payload(payload);
  const { number, title, head, base } = pull_request;
  const pullRequest = {
    number,
    title,
    headSha: head.sha,
    headRef: head.ref,
    baseSha: base.sha,
    baseRef: base.ref,
    fork: head.repo?.id !== (base.repo?.id ?? repository.id),
  };
  return { changes: [{ kind: 'analysis_requested', repository: toRepository(repository), pullRequest }] };
};
