import type { JsonObject } from '../json.ts';
import type { Issue, Label } from '../state/model.ts';
import { fullName } from '../state/world.ts';
import { actorNode } from './actor-node.ts';
import { type ConnectionArgs, connection } from './connection.ts';
import { repositoryFields } from './repository-fields.ts';
import type { Viewer } from './viewer.ts';

function labelNode(label: Label): JsonObject {
  return {
    __typename: 'Label',
    id: label.nodeId,
    name: label.name,
    color: label.color,
    description: label.description,
  };
}

/** Returns an issue or pull request as a GraphQL node, with the fields that CommandCenter's sync reads. */
export function issueNode(issue: Issue, viewer: Viewer): JsonObject {
  const { pullRequest } = issue;
  const kind = pullRequest === null ? 'issues' : 'pull';
  const merged = pullRequest?.mergedAt != null;
  return {
    __typename: pullRequest === null ? 'Issue' : 'PullRequest',
    id: issue.nodeId,
    databaseId: issue.id,
    fullDatabaseId: String(issue.id),
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    bodyText: issue.body ?? '',
    url: `${viewer.urls.html}/${fullName(issue.repository)}/${kind}/${issue.number}`,
    state: merged ? 'MERGED' : issue.state.toUpperCase(),
    stateReason: issue.stateReason?.toUpperCase() ?? null,
    closed: issue.state === 'closed',
    locked: issue.locked,
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    closedAt: issue.closedAt,
    author: actorNode(issue.author, viewer),
    repository: () => repositoryFields(issue.repository, viewer),
    labels: (args: ConnectionArgs) => connection('labels', issue.labels, args, labelNode),
    assignees: (args: ConnectionArgs) =>
      connection('assignees', issue.assignees, args, (account) => actorNode(account, viewer)),
    ...(pullRequest === null ? {} : { isDraft: pullRequest.draft, merged, mergedAt: pullRequest.mergedAt }),
  };
}
