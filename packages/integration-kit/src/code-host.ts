import type { PullRequestRef } from './change.ts';
import type { RepositoryRef } from './external-item.ts';

/** Address and credential to clone a repository over https. The password is separate from the URL, because URLs end up in logs. */
export type CloneAccess = (
  | { url: string; username: string; password: string }
  | { url: string; username?: undefined; password?: undefined }
) & {
  /**
   * Immutable id of the repository at this address, if the provider reports it. By it, the server notices that another repository took
   * the name over.
   */
  externalId?: string;
  /** True if everybody can read the repository, including the analyses that are shown there. Absent if not known. */
  isPublic?: boolean;
};

/**
 * The present state of a pull request. Its head can be fetched by `headSha` from the repository in which the pull request was opened, even
 * if the head is in a fork.
 */
export interface PullRequest extends PullRequestRef {
  state: 'open' | 'closed';
  /** Repository of the head branch; null if it is gone or invisible. */
  headRepository: RepositoryRef | null;
}

export interface AnalysisAnnotation {
  /** Path relative to the root of the repository, with `/`. Annotations with any other path are left out. */
  path: string;
  /** First line that the annotation is about, counted from 1. */
  startLine: number;
  /** Last line that the annotation is about; not before `startLine`. */
  endLine: number;
  level: 'notice' | 'warning' | 'failure';
  title: string;
  message: string;
}

/** An analysis result to be shown on a commit and, if there is one, on its pull request. */
export interface AnalysisPresentation {
  headSha: string;
  pullRequest: number | null;
  /** Name of the check run, such as `CommandCenter analysis`. */
  name: string;
  /**
   * Identifies the check run or comment of this project and repository, and is the same in every publication. At most 128 letters, digits
   * and `_.:/-`, without `--`.
   */
  marker: string;
  /**
   * The `externalId` that the last `publishAnalysis` for this commit or pull request returned. The check run or comment with this id is
   * tried before others are searched.
   */
  externalId: string | null;
  status: 'in_progress' | 'completed';
  /** Outcome of the analysis; null while it is in progress. */
  conclusion: 'success' | 'failure' | 'neutral' | null;
  /** Headline of the result: one line of plain text. */
  title: string;
  /** Summary of the result, in Markdown. Text beyond the provider's size limit is cut, with a note. */
  summary: string;
  /** Details of the result, in Markdown. */
  text: string;
  detailsUrl: string | null;
  /**
   * Notes at single lines, for providers that can show them. Publish them in this order, so that an interrupted publication continues
   * where it stopped.
   */
  annotations: AnalysisAnnotation[];
}

export interface PublishedAnalysis {
  /** Form in which the analysis is shown: a check run, a comment or, because of `reason`, not at all for now (`none`). */
  kind: 'check' | 'comment' | 'none';
  url: string | null;
  /** Id of the check run or comment that shows the analysis. Pass it with the next analysis of this commit or pull request. */
  externalId: string | null;
  /** Text for people that tells which permission is missing, or why there is nothing to show. */
  reason?: string;
}

/** An integration that has repositories with source and pull requests. All methods throw `IntegrationError`s. */
export interface CodeHost {
  /** Returns the address and credential to clone with, valid for at least a few minutes. The address is on the integration's own host. */
  getCloneAccess(repository: RepositoryRef, signal?: AbortSignal): Promise<CloneAccess>;
  getPullRequest(repository: RepositoryRef, number: number, signal?: AbortSignal): Promise<PullRequest>;
  /**
   * Returns the SHA of the newest common ancestor of `base` and `head` (branches or commits). Throws `IntegrationNotFoundError` if there is
   * none.
   */
  getMergeBase(repository: RepositoryRef, base: string, head: string, signal?: AbortSignal): Promise<string>;
  getDefaultBranchHead(repository: RepositoryRef, signal?: AbortSignal): Promise<{ branch: string; sha: string }>;
  /**
   * Shows an analysis as a check run on the commit if the credential may write check runs, otherwise as one comment on the pull request,
   * written when the analysis is completed. Safe to repeat after any error, because it finds and updates an existing check run or comment
   * first. A missing permission is not an error: the result is then of kind `none`.
   */
  publishAnalysis(
    repository: RepositoryRef,
    presentation: AnalysisPresentation,
    signal?: AbortSignal,
  ): Promise<PublishedAnalysis>;
}
