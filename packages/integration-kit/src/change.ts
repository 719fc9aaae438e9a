import type { ExternalItem, ExternalRepository, RepositoryRef } from './external-item.ts';

/** A change at the other side, in neutral terms. An integration emits it for a webhook or a poll; the server reconciles. */
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
  | { kind: 'repository_renamed'; repository: ExternalRepository; from: RepositoryRef }
  /** Attributes of the repository changed, such as `archived`; what is given of it is its present state. */
  | { kind: 'repository_changed'; repository: ExternalRepository }
  /** The repository is gone, with all its items. */
  | { kind: 'repository_deleted'; repository: ExternalRepository }
  /** Our credential gained or lost access to some repositories. */
  | { kind: 'repository_access_changed'; added: ExternalRepository[]; removed: ExternalRepository[] }
  /**
   * Our access as a whole was revoked or suspended, or granted again. `config` holds settings that the new grant needs, such as a new
   * installation id; they are merged into the integration's configuration.
   */
  | {
      kind: 'access_changed';
      granted: boolean;
      reason: string;
      config?: Record<string, unknown>;
      /** Login of the account that granted it: a grant of another account is not ours. */
      account?: string;
    };

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
