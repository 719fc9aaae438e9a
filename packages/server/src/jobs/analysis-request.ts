import { createHash } from 'node:crypto';
import Type, { type Static } from 'typebox';

export const analysisDepths = ['quick', 'standard', 'comprehensive'] as const;
export type AnalysisDepth = (typeof analysisDepths)[number];

/** Modes of the signed report link of an analysis: `auto` creates a link unless the repository is known to be public. */
export const reportLinkModes = ['auto', 'always', 'never'] as const;
export type ReportLinkMode = (typeof reportLinkModes)[number];

/** Schema of the `parameters` of a `repository_analysis` job. An absent `report_link` means `auto`. */
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

/**
 * Returns the key under which equal requests share one unfinished job. Requests that would analyze the same have equal keys;
 * `report_link` is no part of it.
 */
export function analysisRequestKey(request: AnalysisRequest): string {
  const { repository_id, depth, commit_sha, base_sha, branch, pr_number } = request;
  // The branch is left out when a commit is given, because the commit alone decides the source.
  const what = [repository_id, depth, commit_sha, base_sha, commit_sha === undefined ? branch : undefined, pr_number];
  return `repository_analysis:${createHash('sha256').update(JSON.stringify(what)).digest('base64url')}`;
}

/** Everything except the source itself that the result of an analysis depends on. */
export interface AnalysisInputs {
  repositoryId: number;
  depth: AnalysisDepth;
  commit: string | null;
  base: string | null;
  /** Identifies the advisory data that the analysis used. Equal keys mean equal data. */
  advisoryKey: string;
  analyzerVersion: string;
}

/**
 * Returns a key that is equal for analyses with equal results. The policy is no part of it, because it is a file of the base or of the
 * commit.
 */
export function analysisResultKey(inputs: AnalysisInputs): string {
  const { repositoryId, depth, commit, base, advisoryKey, analyzerVersion } = inputs;
  const what = [repositoryId, depth, commit, base, advisoryKey, analyzerVersion];
  return createHash('sha256').update(JSON.stringify(what)).digest('base64url');
}
