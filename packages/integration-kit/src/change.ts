import type { ExternalItem, ExternalRepository, RepositoryRef } from './external-item.ts';

/**
 * A change at the provider in neutral terms. An integration emits it for a webhook or a poll, and the server reconciles tasks with it.
 */
export type Change =
  /** A snapshot of an item, for any event that created or changed the item. */
  | { kind: 'item'; item: ExternalItem }
  /** The item was deleted at the provider. */
  | { kind: 'item_deleted'; externalId: string; repository: ExternalRepository }
  /** The item moved to another repository and has a new id there. `to` is null if the new item is not known or not visible. */
  | { kind: 'item_transferred'; externalId: string; repository: ExternalRepository; to: ExternalItem | null }
  | { kind: 'label_renamed'; repository: ExternalRepository; from: string; to: string }
  | { kind: 'label_deleted'; repository: ExternalRepository; name: string }
  /** The default branch got new commits. */
  | { kind: 'branch_pushed'; repository: ExternalRepository; branch: string; headSha: string; pushedAt: string | null }
  /** A pull request was opened or updated, so its `headSha` needs an analysis against its base. */
  | { kind: 'analysis_requested'; repository: ExternalRepository; pullRequest: PullRequestRef }
  | { kind: 'repository_renamed'; repository: ExternalRepository; from: RepositoryRef }
  /** Attributes of the repository changed, such as `archived`. The attributes that are present have their new values. */
  | { kind: 'repository_changed'; repository: ExternalRepository }
  /** The repository was deleted together with all its items. */
  | { kind: 'repository_deleted'; repository: ExternalRepository }
  /** Our credential gained or lost access to some repositories. */
  | { kind: 'repository_access_changed'; added: ExternalRepository[]; removed: ExternalRepository[] }
  /**
   * The provider revoked, suspended or granted our access as a whole. `config` contains settings that the new grant needs, such as a new
   * installation id; the server merges them into the integration's configuration.
   */
  | {
      kind: 'access_changed';
      granted: boolean;
      reason: string;
      config?: Record<string, unknown>;
      /** Login of the account that granted the access. The server ignores a grant by an account other than the integration's own. */
      account?: string;
    };

export interface PullRequestRef {
  number: number;
  title: string;
  headSha: string;
  headRef: string;
  baseSha: string;
  baseRef: string;
  /** True if the head branch is in another repository. */
  fork: boolean;
}
