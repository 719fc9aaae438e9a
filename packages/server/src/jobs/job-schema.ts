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
    id: Id('Its id.'),
    project_id: Id('The project it belongs to.'),
    job_type: Type.String({ examples: ['repository_analysis'] }),
    status: JobStatusName,
    progress: Type.Integer({ minimum: 0, maximum: 100, description: 'Percent.' }),
    current_step: Nullable(Type.String({ description: 'What it does now, or what it waits for.' })),
    parameters: Type.Record(Type.String(), Type.Unknown()),
    result: Type.Union([AnalysisResultView, Type.Record(Type.String(), Type.Unknown()), Type.Null()], {
      description: 'What came of it; null before it has ended.',
    }),
    error: Nullable(
      Type.Object(
        {
          code: Type.String(),
          detail: Type.String(),
          class: Type.Optional(Type.String()),
          remedy: Type.Optional(Type.String()),
          superseded_by: Type.Optional(Type.Integer({ description: 'The job that took its place.' })),
        },
        { description: 'Why it failed, or was cancelled by the server.' },
      ),
    ),
    publication: Type.Optional(
      Type.Object(
        {
          kind: Type.Enum(['check', 'comment', 'none']),
          url: Nullable(Type.String()),
          reason: Nullable(Type.String({ description: 'Why it is shown in a lesser way, or not at all.' })),
        },
        { description: 'Where the analysis of a pull request is shown; `GET` of one job has it.' },
      ),
    ),
    created_at: Timestamp('When it was asked for.'),
    started_at: Nullable(Timestamp('When a worker first took it.')),
    completed_at: Nullable(Timestamp('When it ended, however it did.')),
    duration_seconds: Nullable(Type.Number({ description: 'From start to end.' })),
  },
  {
    title: 'Job',
    description: 'Work that goes on after the answer.',
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
      repository_id: Type.Optional(Id('The repository, or…')),
      repository: Type.Optional(RepositoryRef),
      depth: Type.Enum([...analysisDepths], { default: 'standard' }),
      commit_sha: Type.Optional(sha('The commit to look at.')),
      base_sha: Type.Optional(sha('What is new is judged against this commit.')),
      branch: Type.Optional(
        Type.String({ minLength: 1, maxLength: 255, pattern: '^\\S+$', 'x-expected': 'a branch name' }),
      ),
      pr_number: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
      fresh: Type.Optional(Type.Boolean({ description: 'Always a new job, whatever there is already.' })),
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
