/** A container of items at the provider: a repository, a board or a team. */
export interface ExternalRepository {
  owner: string;
  name: string;
  /** Immutable id at the provider. A repository without one is identified by its name. */
  externalId?: string;
  /** Another immutable id, for APIs that find repositories by it, such as GitHub's `node_id`. */
  handle?: string;
  defaultBranch?: string;
  cloneUrl?: string;
  /** True if the repository is read-only, so that nobody can change its items. Absent if not known. */
  archived?: boolean;
  /** True if the repository has its items switched off, as GitHub can disable issues. Absent if not known. */
  itemsDisabled?: boolean;
  /** False if our credential may read the items but not change them. Absent if not known. */
  writable?: boolean;
}

/** Identifies a repository by the owner and name that people write. */
export type RepositoryRef = Pick<ExternalRepository, 'owner' | 'name'>;

/** Identifies an item by its number in its repository and, if known, by its immutable id. */
export interface ItemRef {
  repository: RepositoryRef;
  number: number;
  externalId?: string;
}

/** Proof, invisible to people, that one pending create of ours made an item: the link's UUID and its HMAC. */
export interface CreateMarker {
  /** UUID of the link for which the item was created. */
  id: string;
  /** HMAC-SHA-256 in hexadecimal, which only the server can make and verify. */
  mac: string;
}

/** An account at the provider. */
export interface ExternalAccount {
  id: string;
  login: string;
  type: 'user' | 'bot' | 'organization';
}

/**
 * One item (an issue) as it was at `updatedAt`: a complete snapshot in neutral terms, never a difference. An absent field means "not known"
 * and changes nothing; an empty field means that the item has no value there.
 */
export interface ExternalItem {
  /** Immutable id, unique within the provider: GitHub's REST `issue.id`. */
  externalId: string;
  number: number;
  /** Address of the item's page for people. */
  url: string;
  repository: ExternalRepository;
  title?: string;
  /** Description in Markdown, without the create marker. */
  body?: string;
  state?: 'open' | 'closed';
  /** Reason for the state. Absent although `state` is present if the provider has no reasons (GitHub Enterprise before 3.6). */
  stateReason?: 'completed' | 'not_planned' | 'duplicate' | 'reopened' | null;
  /** Names of the labels, with the provider's spelling and case. */
  labels?: string[];
  /** Logins of the assignees, with the provider's spelling and case. */
  assignees?: string[];
  /** Account that created the item. Null if the account was deleted or is not known. */
  author: ExternalAccount | null;
  /**
   * RFC 3339 time at which the item was created. Used only to find our own items after a create whose response was lost, so an item from
   * a webhook may lack it.
   */
  createdAt?: string;
  /**
   * RFC 3339 time of the item's last update. It orders the snapshots of one item. If two snapshots have equal times but other content,
   * the server reads the item again.
   */
  updatedAt: string;
  /** A create marker found in the body. It proves nothing until the server has verified its HMAC and the author. */
  marker?: CreateMarker;
  /**
   * The external id of this item before it was moved. Set only if the provider says so, by redirecting the request for the former item or
   * in an event that names it. Two ids under one number are no evidence.
   */
  movedFrom?: string;
}

/** Content of a new item. */
export interface ItemDraft {
  title: string;
  body: string;
  labels: string[];
  assignees: string[];
  marker: CreateMarker;
}

/** Changes to one item. Labels and assignees are added and removed one by one, so that those set by other people stay. */
export interface ItemPatch {
  title?: string;
  body?: string;
  state?: { state: 'open' } | { state: 'closed'; reason: 'completed' | 'not_planned' };
  addLabels?: string[];
  /** Labels to remove, in this order and after the additions, because events show the item in between. */
  removeLabels?: string[];
  addAssignees?: string[];
  removeAssignees?: string[];
}
