import type { ExternalItem, ExternalRepository, RepositoryRef } from './external-item.ts';

/** What a webhook or a poll says has happened, in neutral terms. An integration emits these; the server reconciles. */
export type Change =
  /** Look at this item again: here is a snapshot of it. */
  | { kind: 'item'; item: ExternalItem }
  /** The item was deleted there. */
  | { kind: 'item_deleted'; externalId: string; repository: ExternalRepository }
  /** The item moved and got a new identity. */
  | { kind: 'item_transferred'; externalId: string; repository: ExternalRepository; to: ExternalItem | null }
  | { kind: 'label_renamed'; repository: ExternalRepository; from: string; to: string }
  | { kind: 'label_deleted'; repository: ExternalRepository; name: string }
  /** The default branch moved. */
  | { kind: 'branch_pushed'; repository: ExternalRepository; branch: string; headSha: string; pushedAt: string | null }
  /** A pull request wants an analysis of `headSha` against its base. */
  | { kind: 'analysis_requested'; repository: ExternalRepository; pullRequest: PullRequestRef }
  | { kind: 'repository_renamed'; repository: ExternalRepository; from: RepositoryRef };

export interface PullRequestRef {
  number: number;
  title: string;
  headSha: string;
  headRef: string;
  baseSha: string;
  baseRef: string;
  /** The head lives in another repository. */
  fork: boolean;
}
