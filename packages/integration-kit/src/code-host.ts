import type { PullRequestRef } from './change.ts';
import type { RepositoryRef } from './external-item.ts';

/** Address and credential to clone a repository over https. The password is separate from the URL, because URLs end up in logs. */
export type CloneAccess = (
  | { url: string; username: string; password: string }
  | { url: string; username?: undefined; password?: undefined }
) & {
  /**
   * Immutable id of the repository at this address, if the provider reports it. It detects another repository that took the name over.
   */
  externalId?: string;
  /** True if everybody can read the repository, and so what is shown on it. Absent if not known. */
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
  /** First line, counted from 1. */
  startLine: number;
  /** Last line; not before `startLine`. */
  endLine: number;
  level: 'notice' | 'warning' | 'failure';
  title: string;
  message: string;
}

/** An analysis result to be shown on a commit and, if there is one, on its pull request. */
export interface AnalysisPresentation {
  headSha: string;
  pullRequest: number | null;
  /** Name of the check, such as `CommandCenter analysis`. */
  name: string;
  /**
   * Identifies the check or comment of this project and repository, and is the same every time. At most 128 letters, digits and `_.:/-`,
   * without `--`.
   */
  marker: string;
  /** The `externalId` that the last `publishAnalysis` for this commit or pull request returned. It is tried before anything is searched. */
  externalId: string | null;
  status: 'in_progress' | 'completed';
  /** Null while in progress. */
  conclusion: 'success' | 'failure' | 'neutral' | null;
  /** One line of plain text. */
  title: string;
  /** Markdown. Text beyond the provider's size limit is cut, with a note. */
  summary: string;
  /** The details, in Markdown. */
  text: string;
  detailsUrl: string | null;
  /**
   * Notes at single lines, for providers that can show them. Keep this order, so that an interrupted publication continues where it
   * stopped.
   */
  annotations: AnalysisAnnotation[];
}

export interface PublishedAnalysis {
  /** Form of the display. `none` means that nothing is shown for now, because of `reason`. */
  kind: 'check' | 'comment' | 'none';
  url: string | null;
  /** Pass it with the next presentation for this commit or pull request. */
  externalId: string | null;
  /** Explains to people which permission is missing, or why there is nothing to show. */
  reason?: string;
}

/** An integration that has repositories with source and pull requests. All methods throw `IntegrationError`s. */
export interface CodeHost {
  /** Returns access that is valid for at least a few minutes. The address is on the integration's own host. */
  getCloneAccess(repository: RepositoryRef, signal?: AbortSignal): Promise<CloneAccess>;
  getPullRequest(repository: RepositoryRef, number: number, signal?: AbortSignal): Promise<PullRequest>;
  /**
   * Returns the SHA of the newest common ancestor of `base` and `head` (branches or commits). Throws `IntegrationNotFoundError` if there is
   * none.
   */
  getMergeBase(repository: RepositoryRef, base: string, head: string, signal?: AbortSignal): Promise<string>;
  getDefaultBranchHead(repository: RepositoryRef, signal?: AbortSignal): Promise<{ branch: string; sha: string }>;
  /**
   * Shows an analysis as a check of the commit if the credential may write checks, otherwise as one comment on the pull request, written
   * when the analysis is completed. Safe to repeat after any error, because it finds and updates an existing check or comment first. A
   * missing permission is not an error: the result is then of kind `none`.
   */
  publishAnalysis(
    repository: RepositoryRef,
    presentation: AnalysisPresentation,
    signal?: AbortSignal,
  ): Promise<PublishedAnalysis>;
}
