import type { Selectable } from 'kysely';
import type { Job } from '../database/schema.ts';

export type JobRow = Selectable<Job>;

export const jobStatuses = ['pending', 'awaiting_source', 'running', 'completed', 'failed', 'cancelled'] as const;
export type JobStatus = (typeof jobStatuses)[number];

export const UNFINISHED = ['pending', 'awaiting_source', 'running'] as const satisfies JobStatus[];

/** Reason why a job has no result, for people and programs. */
export interface JobError {
  code: string;
  detail: string;
  [more: string]: unknown;
}

export const isFinished = ({ status }: Pick<JobRow, 'status'>): boolean =>
  !(UNFINISHED as readonly string[]).includes(status);
