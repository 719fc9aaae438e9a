/** The types of jobs, as they are stored and shown in the API. */
export const ANALYSIS_JOB = 'repository_analysis';
export const PUBLICATION_JOB = 'analysis_publication';
export const IMPORT_JOB = 'github_import';
export const TASK_TO_ISSUE_JOB = 'task_to_issue';
