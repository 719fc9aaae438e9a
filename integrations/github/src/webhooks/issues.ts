import { Type } from 'typebox';
import { IssueSchema, isPullRequest, toItem } from '../issues/issue.ts';
import { Id } from '../numbers.ts';
import { RepositorySchema, toRepository } from '../repository.ts';
import { createReader } from '../schema-reader.ts';
import { actionOf, type EventHandler, type EventOutcome, ignoreAction } from './event-handler.ts';

/** Actions whose payload contains the issue after the action. `pinned` and `unpinned` contain only a part of the issue. */
const snapshotActions = new Set([
  'opened',
  'edited',
  'closed',
  'reopened',
  'assigned',
  'unassigned',
  'labeled',
  'unlabeled',
  'milestoned',
  'demilestoned',
  'typed',
  'untyped',
  'locked',
  'unlocked',
  'pinned',
  'unpinned',
]);

const issueEvent = createReader(Type.Object({ issue: IssueSchema, repository: RepositorySchema }));
const arrival = createReader(
  Type.Object({
    changes: Type.Optional(
      Type.Union([
        Type.Object({ old_issue: Type.Optional(Type.Union([Type.Object({ id: Id }), Type.Null()])) }),
        Type.Null(),
      ]),
    ),
  }),
);
const transfer = createReader(
  Type.Object({
    changes: Type.Object({
      new_issue: Type.Optional(Type.Union([IssueSchema, Type.Null()])),
      new_repository: Type.Optional(Type.Union([RepositorySchema, Type.Null()])),
    }),
  }),
);

/** Handles the webhook event https://docs.github.com/webhooks/webhook-events-and-payloads#issues */
export const handleIssues: EventHandler = (payload) => {
  const action = actionOf(payload);
  if (!snapshotActions.has(action) && action !== 'deleted' && action !== 'transferred')
    return ignoreAction('issues', action);
  const { issue, repository: rawRepository } = issueEvent.payload(payload);
  if (isPullRequest(issue)) return { ignored: `#${issue.number} is a pull request, not an issue.` };
  const repository = toRepository(rawRepository);
  if (action === 'deleted') return { changes: [{ kind: 'item_deleted', externalId: String(issue.id), repository }] };
  if (action === 'transferred') return transferred(payload, String(issue.id), repository);
  const item = toItem(issue, repository);
  const former = action === 'opened' ? arrival.payload(payload).changes?.old_issue : undefined;
  return { changes: [{ kind: 'item', item: former ? { ...item, movedFrom: String(former.id) } : item }] };
};

function transferred(
  payload: Record<string, unknown>,
  externalId: string,
  repository: ReturnType<typeof toRepository>,
): EventOutcome {
  const { new_issue, new_repository } = transfer.payload(payload).changes;
  const to = new_issue && new_repository ? toItem(new_issue, toRepository(new_repository)) : null;
  return { changes: [{ kind: 'item_transferred', externalId, repository, to }] };
}
