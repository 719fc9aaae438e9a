import type { PullRequestRef } from './change.ts';
import type { RepositoryRef } from './external-item.ts';

/** How to fetch a repository's source over https. The secret stands beside the address and never in it. */
export type CloneAccess = (
  | { url: string; username: string; password: string }
  | { url: string; username?: undefined; password?: undefined }
) & {
  /** The immutable id of the repository that has the address, where the provider says it. */
  externalId?: string;
  /** Anybody can read the repository, and so what is shown at it. Absent: not known. */
  isPublic?: boolean;
};

/** A pull request as it is now. Its head can be fetched by `headSha` from the repository that it was opened in, also from a fork. */
export interface PullRequest extends PullRequestRef {
  state: 'open' | 'closed';
  /** Where the head lives; null when that repository is gone or invisible. */
  headRepository: RepositoryRef | null;
}

export interface AnalysisAnnotation {
  /** Relative to the repository's root, with `/`. Others are left out. */
  path: string;
  /** From 1. */
  startLine: number;
  /** Not before `startLine`. */
  endLine: number;
  level: 'notice' | 'warning' | 'failure';
  title: string;
  message: string;
}

/** What is to be shown at a commit and, where there is one, at its pull request. */
export interface AnalysisPresentation {
  headSha: string;
  pullRequest: number | null;
  /** The check's name: `CommandCenter analysis`. */
  name: string;
  /**
   * Says that a check or comment is about this project and repository; the same each time. At most 128 letters, digits and `_.:/-`,
   * without `--`.
   */
  marker: string;
  /** What the last publishing for this commit or pull request answered, to be tried before anything is searched. */
  externalId: string | null;
  status: 'in_progress' | 'completed';
  /** Null while in progress. */
  conclusion: 'success' | 'failure' | 'neutral' | null;
  /** One line of plain text. */
  title: string;
  /** Markdown. What the other side has no room for is cut, with a note. */
  summary: string;
  /** Markdown, the details. */
  text: string;
  detailsUrl: string | null;
  /** Shown where the other side has annotations. Kept in this order, so that a publishing that was broken off goes on where it was. */
  annotations: AnalysisAnnotation[];
}

export interface PublishedAnalysis {
  /** `none`: nothing is shown for the time being, for the reason given. */
  kind: 'check' | 'comment' | 'none';
  url: string | null;
  /** To be given with the next presentation of this commit or pull request. */
  externalId: string | null;
  /** For people: which permission is missing, or why there is nothing to show. */
  reason?: string;
}

/**
 * What has repositories with source and pull requests. All methods throw `IntegrationError`s.
 */
export interface CodeHost {
  /** Good for some minutes at least. The address is at the integration's own host. */
  getCloneAccess(repository: RepositoryRef, signal?: AbortSignal): Promise<CloneAccess>;
  getPullRequest(repository: RepositoryRef, number: number, signal?: AbortSignal): Promise<PullRequest>;
  /** The commit at which `head` left `base` (branches or commits). Throws `IntegrationNotFoundError` when there is none. */
  getMergeBase(repository: RepositoryRef, base: string, head: string, signal?: AbortSignal): Promise<string>;
  getDefaultBranchHead(repository: RepositoryRef, signal?: AbortSignal): Promise<{ branch: string; sha: string }>;
  /**
   * Shows an analysis: as a check of the commit where the credential may write those, else as one comment on the pull request, written
   * when it is completed. Safe to repeat after any error: what exists is looked for first, and changed in place. A missing permission is
   * an answer (`none`), not an error.
   */
  publishAnalysis(
    repository: RepositoryRef,
    presentation: AnalysisPresentation,
    signal?: AbortSignal,
  ): Promise<PublishedAnalysis>;
}
