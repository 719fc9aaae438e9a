import { isIssueTracker } from '@commandcenter/integration-kit';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { principalOf } from '../../accounts/access.ts';
import { IdParams } from '../../http/fields.ts';
import { requireCapability, requireType } from '../../integrations/capability.ts';
import type { IntegrationHost } from '../../integrations/host.ts';
import { visibleIntegration } from '../../integrations/routes.ts';
import { operationOf, pathOf, type TypedRoutes } from '../../integrations/typed-routes.ts';
import { syncIssueToTask } from '../commands/issue-to-task.ts';
import { syncTaskToIssue } from '../commands/task-to-issue.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { IssueToTaskInput, IssueToTaskResult, StartedJob, TaskToIssueInput, TaskToIssueResult } from './sync-schema.ts';

export interface SyncRoutesOptions extends TypedRoutes {
  host: IntegrationHost;
  sync: SyncDependencies;
}

/** The longest time in milliseconds that a response waits for the provider before a job takes over. */
const LONGEST_WAIT_MS = 10_000;

/** Registers the routes that sync one issue at once, in either direction. */
export const syncRoutes: FastifyPluginAsyncTypebox<SyncRoutesOptions> = async (app, options) => {
  const { host, sync, type } = options;
  const { db } = sync;

  app.post(
    pathOf(options, '/sync/issue-to-task'),
    {
      schema: { params: IdParams, body: IssueToTaskInput, response: { 200: IssueToTaskResult } },
      config: {
        access: ['integrations:write', 'tasks:write'],
        operation: operationOf(options, {
          id: 'syncIssueToTask',
          tag: 'Integrations',
          summary: 'Sync an issue into its task',
          description: 'If the task of the issue was deleted, a new one is created.',
          errors: [409, 429, 502, 503, 504],
        }),
      },
    },
    async (request) => {
      const { repository, issue_number: issueNumber } = request.body;
      const row = await visibleIntegration(db, principalOf(request), request.params.id);
      requireType(row, type);
      await requireCapability(host, row, isIssueTracker, 'issues');
      return syncIssueToTask(sync, { integrationId: row.id, repository, issueNumber });
    },
  );

  app.post(
    pathOf(options, '/sync/task-to-issue'),
    {
      schema: {
        params: IdParams,
        body: TaskToIssueInput,
        response: { 200: TaskToIssueResult, 202: StartedJob },
      },
      config: {
        access: ['integrations:write', 'tasks:write'],
        operation: operationOf(options, {
          id: 'syncTaskToIssue',
          tag: 'Integrations',
          summary: 'Sync a task into its issue',
          description:
            'Waits up to 10 seconds for the provider. After that the response is 202 with a job, which is `pending` until the issue is written, for half an hour at most.',
          errors: [409, 429, 502, 503, 504],
        }),
      },
    },
    async (request, reply) => {
      const { repository, task_id: taskId } = request.body;
      const { actor } = principalOf(request);
      const row = await visibleIntegration(db, principalOf(request), request.params.id);
      requireType(row, type);
      await requireCapability(host, row, isIssueTracker, 'issues');
      const wanted = { integrationId: row.id, taskId, repository, actor, waitMs: LONGEST_WAIT_MS };
      const result = await syncTaskToIssue(sync, wanted);
      if ('job_id' in result) {
        return reply.code(202).header('location', `/api/v1/jobs/${result.job_id}`).send(result);
      }
      return reply.code(200).send(result);
    },
  );
};
