import { Type } from 'typebox';
import { IssueSchema, isPullRequest, toItem } from '../issues/issue.ts';
import { createReader } from '../read.ts';
import { RepositorySchema, toRepository } from '../repository.ts';
import { actionOf, type EventHandler, type Handled, notHandled } from './handled.ts';

/** Each brings a complete snapshot of the issue; what the action says on top is in the snapshot already. */
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

/** GitHub sends these with an issue that lacks state and labels, and they change nothing that is synced. */
const partialActions = new Set(['pinned', 'unpinned']);
const completeIssue = createReader(
  Type.Object({ issue: Type.Object({ state: Type.String(), labels: Type.Array(Type.Unknown()) }) }),
);

const issueEvent = createReader(Type.Object({ issue: IssueSchema, repository: RepositorySchema }));
const transfer = createReader(
  Type.Object({
    changes: Type.Object({
      new_issue: Type.Optional(Type.Union([IssueSchema, Type.Null()])),
      new_repository: Type.Optional(Type.Union([RepositorySchema, Type.Null()])),
    }),
  }),
);

/** https://docs.github.com/webhooks/webhook-events-and-payloads#issues */
export const handleIssues: EventHandler = (payload) => {
  const action = actionOf(payload);
  if (!snapshotActions.has(action) && action !== 'deleted' && action !== 'transferred')
    return notHandled('issues', action);
  if (partialActions.has(action) && !completeIssue.matches(payload)) return notHandled('issues', action);
  const { issue, repository: rawRepository } = issueEvent.payload(payload);
  if (isPullRequest(issue)) return { ignored: `#${issue.number} is a pull request, not an issue.` };
  const repository = toRepository(rawRepository);
  if (action === 'deleted') return { changes: [{ kind: 'item_deleted', externalId: String(issue.id), repository }] };
  if (action === 'transferred') return transferred(payload, String(issue.id), repository);
  return { changes: [{ kind: 'item', item: toItem(issue, repository) }] };
};

function transferred(
  payload: Record<string, unknown>,
  externalId: string,
  repository: ReturnType<typeof toRepository>,
): Handled {
  const { new_issue, new_repository } = transfer.payload(payload).changes;
  const to = new_issue && new_repository ? toItem(new_issue, toRepository(new_repository)) : null;
  return { changes: [{ kind: 'item_transferred', externalId, repository, to }] };
}
