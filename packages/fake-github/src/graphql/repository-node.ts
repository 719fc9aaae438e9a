import type { JsonObject } from '../json.ts';
import type { Issue, Repository } from '../state/model.ts';
import { type ConnectionArgs, connection } from './connection.ts';
import { issueNode } from './issue-node.ts';
import { type ProjectsArgs, projectsConnection } from './project-node.ts';
import { repositoryFields } from './repository-fields.ts';
import type { Viewer } from './viewer.ts';
import { failNotFound } from './viewer.ts';

interface IssuesArgs extends ConnectionArgs {
  states?: readonly string[] | null;
  filterBy?: { since?: string | null } | null;
  orderBy?: { field: string; direction: 'ASC' | 'DESC' } | null;
}

function listIssues(repository: Repository, args: IssuesArgs): Issue[] {
  const since = args.filterBy?.since ?? '';
  const field = args.orderBy?.field === 'UPDATED_AT' ? 'updatedAt' : 'createdAt';
  const sign = args.orderBy?.direction === 'DESC' ? -1 : 1;
  return [...repository.issues.values()]
    .filter((issue) => issue.pullRequest === null && issue.updatedAt >= since)
    .filter((issue) => args.states == null || args.states.includes(issue.state.toUpperCase()))
    .sort((left, right) => sign * (left[field].localeCompare(right[field]) || left.number - right.number));
}

export function repositoryNode(repository: Repository, viewer: Viewer): JsonObject {
  return {
    ...repositoryFields(repository, viewer),
    issues: (args: IssuesArgs) =>
      connection('issues', listIssues(repository, args), args, (issue) => issueNode(issue, viewer)),
    issue: ({ number }: { number: number }) => {
      const issue = repository.issues.get(number);
      if (issue === undefined || issue.pullRequest !== null) {
        failNotFound(`Could not resolve to an Issue with the number of ${number}.`);
      }
      return issueNode(issue, viewer);
    },
    projectsV2: (args: ProjectsArgs) =>
      projectsConnection(viewer, args, (project) => project.repositories.includes(repository)),
  };
}
