import Type, { type Static, type TSchema } from 'typebox';
import { Check, Errors } from 'typebox/value';
import { ApiError } from '../errors.ts';
import { AnalysisRequest } from './analysis-request.ts';

/** A type of job: its name, as it is stored and shown in the API, and the schema of its parameters. */
export interface JobDefinition<Parameters extends TSchema = TSchema> {
  readonly type: string;
  readonly parameters: Parameters;
}

export const ANALYSIS_JOB = {
  type: 'repository_analysis',
  parameters: AnalysisRequest,
} as const satisfies JobDefinition;

export const PUBLICATION_JOB = {
  type: 'analysis_publication',
  parameters: Type.Object({ analysis_job_id: Type.Integer() }),
} as const satisfies JobDefinition;

export const IMPORT_JOB = {
  type: 'github_import',
  parameters: Type.Object({
    integration_id: Type.Integer(),
    repository: Type.Object({ owner: Type.String(), name: Type.String() }),
    dry_run: Type.Boolean(),
  }),
} as const satisfies JobDefinition;

export const TASK_TO_ISSUE_JOB = {
  type: 'task_to_issue',
  parameters: Type.Object({
    link_id: Type.Integer(),
    task_id: Type.Integer(),
    action: Type.Enum(['created', 'updated', 'unchanged']),
  }),
} as const satisfies JobDefinition;

/** Returns the parameters of a stored job. Throws ApiError `job.bad_parameters` when they do not match the definition. */
export function parametersOf<Parameters extends TSchema>(
  { type, parameters: schema }: JobDefinition<Parameters>,
  job: { id: number; job_type: string; parameters: unknown },
): Static<Parameters> {
  const { parameters } = job;
  if (job.job_type === type && Check(schema, parameters)) return parameters;
  const [first] = Errors(schema, parameters);
  const reason = first === undefined ? `its type is "${job.job_type}"` : `${first.instancePath} ${first.message}`;
  throw new ApiError(
    422,
    'job.bad_parameters',
    `Job ${job.id} is not a valid job of type "${type}": ${reason}. Another version of the server may have created it; request it again.`,
  );
}
