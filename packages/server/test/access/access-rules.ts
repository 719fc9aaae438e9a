import type { Scope } from '../../src/accounts/scope.ts';

/**
 * The rule who may call a route. The rules are written by hand from the contract and never derived from the routes, so that a route that
 * admits the wrong callers differs from its rule.
 */
export interface AccessRule {
  /**
   * The credential that the route requires. `nobody`: every request gets 401. `anybody`: every request is admitted, whatever its
   * `Authorization`. `token or none`: only an invalid token gets 401. `token`: any valid token. A list: a valid token with all of these
   * scopes.
   */
  needs: 'nobody' | 'anybody' | 'token or none' | 'token' | readonly Scope[];
  /**
   * The object that the request reads or changes. `list`: everything that the caller may see, possibly nothing. `project`: an object of
   * the project, 404 for callers without access. `job`: the same, and a workflow must run in the job's repository. `token`: a token of
   * the owner, 404 for other people. `installation`: the whole installation, 403 for a token of one project.
   */
  about: 'server' | 'list' | 'project' | 'job' | 'token' | 'installation';
  /** True if a signed link to the job's report is accepted instead of a token. */
  orLink?: true;
  /** HTTP status for a workflow of another repository of the same project. Default: 404. */
  otherRepository?: number;
}

const open: AccessRule = { needs: 'anybody', about: 'server' };
const closed: AccessRule = { needs: 'nobody', about: 'server' };
const list = (...needs: Scope[]): AccessRule => ({ needs, about: 'list' });
const object = (...needs: Scope[]): AccessRule => ({ needs, about: 'project' });
const job = (...needs: Scope[]): AccessRule => ({ needs, about: 'job' });

/**
 * One rule for each method and path, as written in the API description. If a route has a second kind of request, that has a rule of its
 * own, with the name of the variant in brackets; `requests.ts` builds it. HEAD follows the rule of GET.
 */
export const accessRules: Readonly<Record<string, AccessRule>> = {
  'GET /': open,
  'GET /docs': open,
  'GET /docs/init.js': open,
  'GET /docs/scalar.js': open,
  'GET /documentation/*': open,
  'GET /livez': open,
  'GET /openapi.json': open,
  'GET /readyz': open,
  'GET /api/v1/health': { needs: 'token or none', about: 'list' },
  'GET /metrics': { needs: 'token or none', about: 'server' },
  'GET /metrics [from another machine]': { needs: ['admin'], about: 'installation' },

  'GET /api/v1/projects': { needs: 'token', about: 'list' },
  'POST /api/v1/projects': { needs: ['projects:write'], about: 'installation' },
  'GET /api/v1/projects/{id}': { needs: 'token', about: 'project' },
  'PATCH /api/v1/projects/{id}': object('projects:write'),
  'DELETE /api/v1/projects/{id}': object('projects:write'),
  'GET /api/v1/projects/{id}/trusted-repositories': { needs: 'token', about: 'project' },
  'POST /api/v1/projects/{id}/trusted-repositories': object('projects:write', 'jobs:create', 'jobs:read'),
  'DELETE /api/v1/projects/{id}/trusted-repositories/{trusted_id}': object('projects:write'),

  'GET /api/v1/repositories': list('repositories:read'),
  'GET /api/v1/repositories [project_id]': object('repositories:read'),
  'POST /api/v1/repositories': object('repositories:write'),
  'GET /api/v1/repositories/{id}': object('repositories:read'),
  'PATCH /api/v1/repositories/{id}': object('repositories:write'),
  'DELETE /api/v1/repositories/{id}': object('repositories:write'),
  'GET /api/v1/repositories/{id}/trends': object('repositories:read'),

  'GET /api/v1/tasks': list('tasks:read'),
  'GET /api/v1/tasks [project_id]': object('tasks:read'),
  'POST /api/v1/tasks': object('tasks:write'),
  'GET /api/v1/tasks/{id}': object('tasks:read'),
  'PATCH /api/v1/tasks/{id}': object('tasks:write'),
  'DELETE /api/v1/tasks/{id}': object('tasks:write'),
  'GET /api/v1/tasks/{id}/history': object('tasks:read'),
  'GET /api/v1/conflicts': list('tasks:read'),
  'GET /api/v1/conflicts [project_id]': object('tasks:read'),
  'POST /api/v1/conflicts/{id}/decide': object('tasks:write'),
  'POST /api/v1/conflicts/{id}/undo': object('tasks:write'),

  'GET /api/v1/integrations': list('integrations:read'),
  'GET /api/v1/integrations [project_id]': object('integrations:read'),
  'POST /api/v1/integrations': object('integrations:write'),
  'GET /api/v1/integrations/{id}': object('integrations:read'),
  'PATCH /api/v1/integrations/{id}': object('integrations:write'),
  'DELETE /api/v1/integrations/{id}': object('integrations:write'),
  'POST /api/v1/integrations/{id}/test': object('integrations:write'),
  'GET /api/v1/integrations/{id}/health': object('integrations:read'),
  'POST /api/v1/integrations/{id}/sync/issue-to-task': object('integrations:write', 'tasks:write'),
  'POST /api/v1/integrations/{id}/sync/task-to-issue': object('integrations:write', 'tasks:write'),
  'POST /api/v1/integrations/{id}/github/sync/issue-to-task': object('integrations:write', 'tasks:write'),
  'POST /api/v1/integrations/{id}/github/sync/task-to-issue': object('integrations:write', 'tasks:write'),
  'POST /api/v1/integrations/{id}/github/import': object('integrations:write'),
  'POST /api/v1/integrations/{id}/github/webhooks': object('integrations:write'),
  'GET /api/v1/integrations/{id}/github/projects': object('integrations:read'),
  'GET /api/v1/integrations/{id}/github/projects/{number}/columns': object('integrations:read'),
  'GET /api/v1/integrations/{id}/github/projects/{number}/items': object('integrations:read'),
  'POST /api/v1/integrations/{id}/webhook': open,
  'POST /api/v1/integrations/{id}/webhook [unsigned]': closed,
  'POST /api/v1/integrations/github/webhook': open,
  'POST /api/v1/integrations/github/webhook [unsigned]': closed,

  'GET /api/v1/deliveries': list('deliveries:read'),
  'GET /api/v1/deliveries [project_id]': object('deliveries:read'),
  'GET /api/v1/integrations/{id}/deliveries': object('deliveries:read'),
  'GET /api/v1/deliveries/{id}': object('deliveries:read'),
  'POST /api/v1/deliveries/{id}/replay': object('deliveries:replay'),

  'GET /api/v1/jobs': list('jobs:read'),
  'GET /api/v1/jobs [project_id]': object('jobs:read'),
  'POST /api/v1/jobs': { ...job('jobs:create'), otherRepository: 403 },
  'GET /api/v1/jobs/{id}': job('jobs:read'),
  'POST /api/v1/jobs/{id}/dispatch': job('jobs:create'),
  'POST /api/v1/jobs/{id}/cancel': job('jobs:create'),
  'PUT /api/v1/jobs/{id}/source': job('jobs:create'),
  'GET /api/v1/jobs/{id}/findings': job('jobs:read'),
  'GET /api/v1/jobs/{id}/report': job('jobs:read'),
  'GET /api/v1/jobs/{id}/sarif': job('jobs:read'),
  'GET /api/v1/jobs/{id}/sbom': job('jobs:read'),
  'GET /api/v1/jobs/{id}/report.html': { ...job('jobs:read'), orLink: true },
  'POST /api/v1/jobs/{id}/report-link': job('jobs:create', 'jobs:read'),
  'DELETE /api/v1/jobs/{id}/report-link': job('jobs:create'),
  'GET /api/v1/jobs/{id}/events': job('jobs:read'),

  'GET /api/v1/tokens': list('tokens:write'),
  'POST /api/v1/tokens': object('tokens:write'),
  'DELETE /api/v1/tokens/{id}': { needs: ['tokens:write'], about: 'token' },
  // The token exchange is open to everybody, because the caller proves its identity with the id token in the request's body.
  'POST /api/v1/tokens/github-oidc': open,
  'POST /api/v1/tokens/github-oidc [no id token]': closed,
};

/** Returns the message for a route without a rule, which says where to add one. */
export const howToAddRow = (route: string): string =>
  `${route} has no row in test/access/access-rules.ts. Say there who may call it, and in test/access/requests.ts how it is called.`;
