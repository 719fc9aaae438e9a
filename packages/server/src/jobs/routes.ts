import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { principalOf } from '../accounts/access.ts';
import { type Principal, visible } from '../accounts/principal.ts';
import { projectsToList, requireProject } from '../accounts/project-access.ts';
import type { Database } from '../database/database.ts';
import { conflict } from '../errors.ts';
import type { Cursors } from '../http/cursor.ts';
import { Id, IdParams } from '../http/fields.ts';
import { List, ListQuery, listResponse, pageRequest } from '../http/list.ts';
import { isFinished, type JobRow } from './job.ts';
import { cancelJob, findJob, listJobs } from './job-queries.ts';
import { Job, JobInput, JobStatusName } from './job-schema.ts';
import type { JobView } from './job-view.ts';

/** Requests an analysis. `created` is false when the job of an equal request is returned. */
export type RequestAnalysis = (
  principal: Principal,
  input: Type.Static<typeof JobInput>,
) => Promise<{ job: JobRow; created: boolean }>;

export interface JobRoutesOptions {
  db: Database;
  cursors: Cursors;
  view: JobView;
  requestAnalysis: RequestAnalysis;
  /** Returns where the analysis of a pull request is published; undefined for any other job. */
  findPublication(job: JobRow): Promise<Type.Static<typeof Job>['publication']>;
}

export const jobRoutes: FastifyPluginAsyncTypebox<JobRoutesOptions> = async (app, options) => {
  const { db, cursors, view, requestAnalysis, findPublication } = options;

  app.get(
    '/jobs',
    {
      schema: {
        querystring: ListQuery({
          project_id: Type.Optional(Id('Return only those of this project.')),
          status: Type.Optional(JobStatusName),
          job_type: Type.Optional(Type.String({ maxLength: 100 })),
        }),
        response: { 200: List(Job) },
      },
      config: {
        access: ['jobs:read'],
        operation: { id: 'listJobs', tag: 'Jobs', summary: 'List jobs, newest first' },
      },
    },
    async (request) => {
      const { project_id, status, job_type } = request.query;
      const principal = principalOf(request);
      const projectIds = await projectsToList(db, principal, project_id);
      // No repository has the id 0, so that a workflow whose repository is not known here sees no jobs.
      const repositoryId = principal.repository === null ? undefined : (principal.repository.id ?? 0);
      const filter = { projectIds, repositoryId, status, job_type };
      return listResponse(cursors, request, await listJobs(db, filter, pageRequest(cursors, request)), view);
    },
  );

  app.post(
    '/jobs',
    {
      schema: { body: JobInput, response: { 200: Job, 201: Job } },
      config: {
        access: ['jobs:create'],
        creates: 'plain',
        operation: {
          id: 'createJob',
          tag: 'Jobs',
          summary: 'Request an analysis of a repository',
          description:
            'The job starts by itself. If an equal request has an unfinished job, or a completed one with the present base, configuration and advisory data, the response is that job with 200; `fresh` always creates a new one. A newer `commit_sha` of the same `pr_number` or `branch` cancels older analyses that have not ended. A repository that is named by owner and name and is not known yet is added to the project; no credential of an integration is used for it until an owner registers it, so that the job waits for its source. A token of a workflow may request analyses of its own repository only.',
          errors: [403, 404],
        },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      await requireProject(db, principal, request.body.project_id);
      const { job, created } = await requestAnalysis(principal, request.body);
      return reply
        .code(created ? 201 : 200)
        .header('location', `/api/v1/jobs/${job.id}`)
        .send(view(job));
    },
  );

  app.get(
    '/jobs/:id',
    {
      schema: { params: IdParams, response: { 200: Job } },
      config: {
        access: ['jobs:read'],
        operation: { id: 'getJob', tag: 'Jobs', summary: 'Get job' },
      },
    },
    async (request) => {
      const { id } = request.params;
      const job = visible(principalOf(request), await findJob(db, id), `job ${id}`);
      const publication = await findPublication(job);
      return publication === undefined ? view(job) : { ...view(job), publication };
    },
  );

  app.post(
    '/jobs/:id/dispatch',
    {
      schema: { params: IdParams, response: { 200: Job } },
      config: {
        access: ['jobs:create'],
        operation: {
          id: 'dispatchJob',
          tag: 'Jobs',
          summary: 'Start job',
          description: 'Changes nothing, because jobs start by themselves. It exists for clients that expect it.',
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      return view(visible(principalOf(request), await findJob(db, id), `job ${id}`));
    },
  );

  app.post(
    '/jobs/:id/cancel',
    {
      schema: { params: IdParams, response: { 200: Job } },
      config: {
        access: ['jobs:create'],
        operation: {
          id: 'cancelJob',
          tag: 'Jobs',
          summary: 'Cancel job',
          description:
            'A waiting job is cancelled at once, a running one as soon as it can stop. A job that follows the creation of an issue ends, but the issue is still created: `result` says so.',
          errors: [409],
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const principal = principalOf(request);
      const before = visible(principal, await findJob(db, id), `job ${id}`);
      if (isFinished(before) && before.status !== 'cancelled') {
        throw conflict(`Job ${id} is ${before.status} already, so there is nothing to cancel.`, 'job.finished');
      }
      const job = await db.transaction().execute((trx) => cancelJob(trx, id));
      return view(visible(principal, job, `job ${id}`));
    },
  );
};
