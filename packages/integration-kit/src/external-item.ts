/** A repository (or board, or team) at the other side that holds items. */
export interface ExternalRepository {
  owner: string;
  name: string;
  /** The other side's immutable id. A repository without one is identified by its name. */
  externalId?: string;
  /** Another immutable id, for APIs that look repositories up by it: GitHub's `node_id`. */
  handle?: string;
  defaultBranch?: string;
  cloneUrl?: string;
  /** Read-only: nobody can change its items. Absent: not known. */
  archived?: boolean;
  /** Its items are switched off (GitHub: issues are disabled). Absent: not known. */
  itemsDisabled?: boolean;
  /** False: our credential may read its items and not change them. Absent: not known. */
  writable?: boolean;
}

/** Which repository, as people write it. */
export type RepositoryRef = Pick<ExternalRepository, 'owner' | 'name'>;

/** Which item: its immutable id where known, its number within the repository always. */
export interface ItemRef {
  repository: RepositoryRef;
  number: number;
  externalId?: string;
}

/** Proof, invisible to people, that an item was made by one pending create: the link's UUID and its HMAC. */
export interface CreateMarker {
  /** UUID of the link. */
  id: string;
  /** Hex HMAC-SHA-256 that only the server can make and check. */
  mac: string;
}

/** Who did something at the other side. */
export interface ExternalAccount {
  id: string;
  login: string;
  type: 'user' | 'bot' | 'organization';
}

/**
 * One item (an issue) as the other side had it at `updatedAt`. The unit of sync: a neutral snapshot, never a diff. An absent field means
 * "not known" and changes nothing; an empty one means that the item has none.
 */
export interface ExternalItem {
  /** Immutable and unique within the other side: GitHub's REST `issue.id`. */
  externalId: string;
  number: number;
  /** For people. */
  url: string;
  repository: ExternalRepository;
  title?: string;
  /** Markdown, without a create marker. */
  body?: string;
  state?: 'open' | 'closed';
  /** Absent beside a `state`: the other side gives no reasons (GitHub Enterprise before 3.6). */
  stateReason?: 'completed' | 'not_planned' | 'duplicate' | 'reopened' | null;
  /** Names as written there. */
  labels?: string[];
  /** Logins as written there. */
  assignees?: string[];
  /** Null: a deleted account, or not known. */
  author: ExternalAccount | null;
  /** RFC 3339. Only used to find our own items after a create whose response was lost, so a webhook's item may lack it. */
  createdAt?: string;
  /** RFC 3339. Orders snapshots of one item; equal times with other content mean: ask again. */
  updatedAt: string;
  /** A marker found in the body. It proves nothing until the server has checked its MAC and the author. */
  marker?: CreateMarker;
  /**
   * The external id that this item had before it was moved, only where the other side says so: a redirect of the request for the former
   * item, or an event that names it. Two ids under one number are no evidence.
   */
  movedFrom?: string;
}

/** The content of a new item. */
export interface ItemDraft {
  title: string;
  body: string;
  labels: string[];
  assignees: string[];
  marker: CreateMarker;
}

/** The changes to make. Labels and assignees are set operations: lists of other people are never replaced. */
export interface ItemPatch {
  title?: string;
  body?: string;
  state?: { state: 'open' } | { state: 'closed'; reason: 'completed' | 'not_planned' };
  addLabels?: string[];
  /** In this order and after the additions, because events show the item in between. */
  removeLabels?: string[];
  addAssignees?: string[];
  removeAssignees?: string[];
}
