/** A repository (or board, or team) at the other side that holds items. */
export interface ExternalRepository {
  owner: string;
  name: string;
  /** The other side's immutable id, where it was given. */
  externalId?: string;
  defaultBranch?: string;
  cloneUrl?: string;
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

/** One item (an issue) as the other side had it at `updatedAt`. The unit of sync: neutral, complete, never a diff. */
export interface ExternalItem {
  /** Immutable and unique within the other side: GitHub's REST `issue.id`. */
  externalId: string;
  number: number;
  /** For people. */
  url: string;
  repository: ExternalRepository;
  title: string;
  /** Markdown, without a create marker. */
  body: string;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'duplicate' | 'reopened' | null;
  /** Names as written there. */
  labels: string[];
  /** Logins as written there. */
  assignees: string[];
  author: ExternalAccount | null;
  createdAt: string;
  /** RFC 3339. Orders snapshots of one item; equal times with other content mean: ask again. */
  updatedAt: string;
  /** A marker found in the body. It proves nothing until the server has checked its MAC and the author. */
  marker?: CreateMarker;
}

/** What a new item is made of. */
export interface ItemDraft {
  title: string;
  body: string;
  labels: string[];
  assignees: string[];
  marker: CreateMarker;
}

/** What to change. Labels and assignees are set operations: lists of other people are never replaced. */
export interface ItemPatch {
  title?: string;
  body?: string;
  state?: { state: 'open' } | { state: 'closed'; reason: 'completed' | 'not_planned' };
  addLabels?: string[];
  removeLabels?: string[];
  addAssignees?: string[];
  removeAssignees?: string[];
}
