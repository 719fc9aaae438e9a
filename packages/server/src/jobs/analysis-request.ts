import { createHash } from 'node:crypto';
import Type, { type Static } from 'typebox';

export const analysisDepths = ['quick', 'standard', 'comprehensive'] as const;
export type AnalysisDepth = (typeof analysisDepths)[number];

/** Modes of the signed link to a report: `auto` creates one unless the repository is known to be public. */
export const reportLinkModes = ['auto', 'always', 'never'] as const;
export type ReportLinkMode = (typeof reportLinkModes)[number];

/** The `parameters` of a `repository_analysis` job. `report_link` is `auto` by default. */
export const AnalysisRequest = Type.Object({
  repository_id: Type.Integer(),
  repository: Type.Object({ owner: Type.String(), name: Type.String() }),
  depth: Type.Enum([...analysisDepths]),
  commit_sha: Type.Optional(Type.String()),
  base_sha: Type.Optional(Type.String()),
  branch: Type.Optional(Type.String()),
  pr_number: Type.Optional(Type.Integer()),
  report_link: Type.Optional(Type.Enum([...reportLinkModes])),
});
export type AnalysisRequest = Static<typeof AnalysisRequest>;

/** Equal for requests that would look at the same, so that they share one unfinished job, whatever they say of its link. */
export function analysisRequestKey(request: AnalysisRequest): string {
  const { repository_id, depth, commit_sha, base_sha, branch, pr_number } = request;
  // The branch is left out when a commit is given, because the commit alone decides the source.
  const what = [repository_id, depth, commit_sha, base_sha, commit_sha === undefined ? branch : undefined, pr_number];
  return `repository_analysis:${createHash('sha256').update(JSON.stringify(what)).digest('base64url')}`;
}

/** Everything besides the source that a result depends on. */
export interface AnalysisInputs {
  repositoryId: number;
  depth: AnalysisDepth;
  commit: string | null;
  base: string | null;
  /** Equal where the advisory data was. */
  advisoryKey: string;
  analyzerVersion: string;
}

/** Equal keys, equal results: the policy is a file of the base or of the commit, so that it is told by them. */
export function analysisResultKey(inputs: AnalysisInputs): string {
  const { repositoryId, depth, commit, base, advisoryKey, analyzerVersion } = inputs;
  const what = [repositoryId, depth, commit, base, advisoryKey, analyzerVersion];
  return createHash('sha256').update(JSON.stringify(what)).digest('base64url');
}
