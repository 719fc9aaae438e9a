import type { Route } from '../http/context.ts';
import { accountRoutes } from './accounts.ts';
import { appRoutes } from './apps.ts';
import { assigneeRoutes } from './assignees.ts';
import { checkRunRoutes } from './check-runs.ts';
import { commentRoutes } from './comments.ts';
import { commitRoutes } from './commits.ts';
import { hookRoutes } from './hooks.ts';
import { issueLabelRoutes } from './issue-labels.ts';
import { issueRoutes } from './issues.ts';
import { labelRoutes } from './labels.ts';
import { pullRoutes } from './pulls.ts';
import { repositoryRoutes } from './repositories.ts';

const documented: readonly Route[] = [
  ...accountRoutes,
  ...appRoutes,
  ...assigneeRoutes,
  ...checkRunRoutes,
  ...commentRoutes,
  ...commitRoutes,
  ...hookRoutes,
  ...issueLabelRoutes,
  ...issueRoutes,
  ...labelRoutes,
  ...pullRoutes,
  ...repositoryRoutes,
];

const byName = '/repos/{owner}/{repo}';

/**
 * The routes of a repository a second time, with its id in place of its name. They are undocumented, but GitHub's Link headers and
 * redirects use them.
 */
const byId = documented
  .filter((route) => route.path.startsWith(byName))
  .map((route): Route => ({ ...route, path: `/repositories/{repository_id}${route.path.slice(byName.length)}` }));

export const allRoutes: readonly Route[] = [...documented, ...byId];
