import Type from 'typebox';
import { Id, Nullable, Strict, Timestamp } from '../http/fields.ts';
import { RepositoryRef } from '../integrations/repositories/repository-schema.ts';
import { analysisDepths, reportLinkModes } from './analysis-request.ts';
import { AnalysisResultView, analysisResultExample } from './analysis-result-schema.ts';
import { jobStatuses } from './job.ts';
import { ANALYSIS_JOB } from './job-definitions.ts';

export const JobStatusName = Type.Enum([...jobStatuses]);

export const Job = Strict(
  {
    id: Id('Id of the object.'),
    project_id: Id('The project it belongs to.'),
    job_type: Type.String({ examples: ['repository_analysis'] }),
    status: JobStatusName,
    progress: Type.Integer({ minimum: 0, maximum: 100, description: 'Percent.' }),
    current_step: Nullable(Type.String({ description: 'The present step, or the reason why it waits.' })),
    parameters: Type.Record(Type.String(), Type.Unknown()),
    result: Type.Union([AnalysisResultView, Type.Record(Type.String(), Type.Unknown()), Type.Null()], {
      description: 'The result; null until the job has ended.',
    }),
    error: Nullable(
      Type.Object(
        {
          code: Type.String(),
          detail: Type.String(),
          class: Type.Optional(Type.String()),
          remedy: Type.Optional(Type.String()),
          superseded_by: Type.Optional(Type.Integer({ description: 'The newer job that replaced it.' })),
        },
        { description: 'The reason why it failed, or why the server cancelled it.' },
      ),
    ),
    publication: Type.Optional(
      Type.Object(
        {
          kind: Type.Enum(['check', 'comment', 'none']),
          url: Nullable(Type.String()),
          reason: Nullable(
            Type.String({ description: 'The reason why it is shown as a comment instead of a check, or not at all.' }),
          ),
        },
        { description: 'Where the analysis of a pull request is shown; `GET` of one job has it.' },
      ),
    ),
    created_at: Timestamp('Time of the request.'),
    started_at: Nullable(Timestamp('Time at which a worker first started it.')),
    completed_at: Nullable(Timestamp('Time at which it ended.')),
    duration_seconds: Nullable(Type.Number({ description: 'Seconds from start to end.' })),
  },
  {
    title: 'Job',
    description: 'Work that continues after the response.',
    examples: [
      {
        id: 1,
        project_id: 1,
        job_type: 'repository_analysis',
        status: 'pending',
        progress: 0,
        current_step: null,
        parameters: { repository_id: 1, repository: { owner: 'my-org', name: 'my-repo' }, depth: 'standard' },
        result: null,
        error: null,
        created_at: '2026-01-31T12:00:00.000Z',
        started_at: null,
        completed_at: null,
        duration_seconds: null,
      },
      {
        id: 1,
        project_id: 1,
        job_type: 'repository_analysis',
        status: 'completed',
        progress: 100,
        current_step: null,
        parameters: { repository_id: 1, repository: { owner: 'my-org', name: 'my-repo' }, depth: 'standard' },
        result: analysisResultExample,
        error: null,
        created_at: '2026-01-31T12:00:00.000Z',
        started_at: '2026-01-31T12:00:00.100Z',
        completed_at: '2026-01-31T12:00:09.100Z',
        duration_seconds: 9,
      },
    ],
  },
);

const sha = (description: string) =>
  Type.String({
    pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$',
    'x-expected': 'a full commit id in lower-case hex',
    description,
  });

export const JobInput = Strict(
  {
    project_id: Id('The project it belongs to.'),
    job_type: Type.Enum([ANALYSIS_JOB.type]),
    parameters: Strict({
      repository_id: Type.Optional(Id('Id of the repository. Give this or `repository`.')),
      repository: Type.Optional(RepositoryRef),
      depth: Type.Enum([...analysisDepths], { default: 'standard' }),
      commit_sha: Type.Optional(sha('The commit to analyze.')),
      base_sha: Type.Optional(sha('Findings that this commit does not have are `new`.')),
      branch: Type.Optional(
        Type.String({ minLength: 1, maxLength: 255, pattern: '^\\S+$', 'x-expected': 'a branch name' }),
      ),
      pr_number: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
      fresh: Type.Optional(Type.Boolean({ description: 'Create a new job even if an equal one exists.' })),
      report_link: Type.Optional(
        Type.Enum([...reportLinkModes], {
          description:
            'Whether `report_url` opens the report without a token. `auto` (the default): unless the repository is known to be public, because what is shown there would hand the link to strangers. A job that is there already keeps the link that it has, or has not.',
        }),
      ),
    }),
  },
  {
    title: 'JobInput',
    examples: [
      {
        project_id: 1,
        job_type: 'repository_analysis',
        parameters: { repository: { owner: 'my-org', name: 'my-repo' }, depth: 'standard' },
      },
    ],
  },
);
