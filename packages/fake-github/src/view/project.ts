import type { JsonObject } from '../json.ts';
import type { ProjectItem } from '../state/model.ts';
import { simpleUser } from './account.ts';
import type { Urls } from './urls.ts';

export function contentType(item: ProjectItem): 'Issue' | 'PullRequest' | 'DraftIssue' {
  if (!('number' in item.content)) return 'DraftIssue';
  return item.content.pullRequest === null ? 'Issue' : 'PullRequest';
}

/**
 * Returns a project's item in GitHub's form `projects_v2_item`, as in webhooks. It has no title and status, which receivers read by
 * GraphQL.
 */
export function projectItemView(item: ProjectItem, urls: Urls): JsonObject {
  return {
    id: item.id,
    node_id: item.nodeId,
    project_node_id: item.project.nodeId,
    content_node_id: 'number' in item.content ? item.content.nodeId : item.content.draftNodeId,
    content_type: contentType(item),
    creator: simpleUser(item.creator, urls),
    created_at: item.createdAt,
    updated_at: item.updatedAt,
    archived_at: item.archivedAt,
  };
}
