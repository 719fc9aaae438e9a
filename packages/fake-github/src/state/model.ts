/** A time in GitHub's format, `2025-01-31T08:15:00Z`: UTC, whole seconds. */
export type Timestamp = string;

export type Permission = 'read' | 'triage' | 'write' | 'admin';

export interface Account {
  readonly id: number;
  readonly nodeId: string;
  readonly login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
  name: string | null;
  readonly createdAt: Timestamp;
  /** Roles of an organization's members by login in lower case; empty for people. */
  readonly members: Map<string, 'admin' | 'member'>;
}

export interface Label {
  readonly id: number;
  readonly nodeId: string;
  name: string;
  color: string;
  description: string | null;
  readonly isDefault: boolean;
}

export interface Comment {
  readonly id: number;
  readonly nodeId: string;
  readonly author: Account;
  body: string;
  readonly createdAt: Timestamp;
  updatedAt: Timestamp;
}

export type StateReason = 'completed' | 'not_planned' | 'duplicate' | 'reopened';

/** The additional fields of a pull request. */
export interface PullRequestPart {
  readonly id: number;
  readonly nodeId: string;
  readonly headRef: string;
  headSha: string;
  /** Repository of the head branch, which is another one for a fork; null if the fork was deleted. */
  readonly headRepository: Repository | null;
  readonly baseRef: string;
  readonly baseSha: string;
  draft: boolean;
  mergedAt: Timestamp | null;
}

export interface Issue {
  readonly id: number;
  readonly nodeId: string;
  readonly number: number;
  readonly repository: Repository;
  readonly author: Account;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: StateReason | null;
  labels: Label[];
  assignees: Account[];
  comments: Comment[];
  locked: boolean;
  readonly createdAt: Timestamp;
  updatedAt: Timestamp;
  closedAt: Timestamp | null;
  closedBy: Account | null;
  readonly pullRequest: PullRequestPart | null;
}

export interface CheckAnnotation {
  readonly path: string;
  /** First line of the annotation, counted from 1. */
  readonly startLine: number;
  readonly endLine: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly title: string | null;
  readonly message: string;
}

export interface CheckRun {
  readonly id: number;
  readonly nodeId: string;
  readonly repository: Repository;
  readonly app: App;
  /** Id of the suite. All runs of one app on one commit form a suite. */
  readonly suiteId: number;
  readonly headSha: string;
  name: string;
  externalId: string;
  detailsUrl: string | null;
  status: 'queued' | 'in_progress' | 'completed';
  /** Result of the run; null until the run is completed. */
  conclusion: string | null;
  readonly startedAt: Timestamp;
  completedAt: Timestamp | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  readonly annotations: CheckAnnotation[];
}

export interface Repository {
  readonly id: number;
  readonly nodeId: string;
  owner: Account;
  name: string;
  description: string | null;
  isPrivate: boolean;
  readonly defaultBranch: string;
  hasIssues: boolean;
  archived: boolean;
  readonly createdAt: Timestamp;
  updatedAt: Timestamp;
  pushedAt: Timestamp;
  /** Newest commit of each branch, by the branch's name. */
  readonly branches: Map<string, string>;
  /** Parent of each commit, including commits of pull requests from forks; null for the first commit. */
  readonly commits: Map<string, string | null>;
  /** Check runs of the repository, oldest first. */
  readonly checkRuns: CheckRun[];
  readonly collaborators: Map<string, Permission>;
  /** Labels of the repository by name in lower case. */
  readonly labels: Map<string, Label>;
  readonly issues: Map<number, Issue>;
  /** Numbers of deleted issues, for which GitHub responds with 410. */
  readonly deletedNumbers: Set<number>;
  /** New places of transferred issues by former number, for which GitHub responds with 301. */
  readonly transferred: Map<number, Issue>;
  nextNumber: number;
  /** A number that increases with every change of an issue or label. */
  revision: number;
  /** The last requested list of issues, so that reading 10,000 issues page by page sorts them only once. */
  lastList: { readonly revision: number; readonly key: string; readonly issues: readonly Issue[] } | null;
}

export interface StatusOption {
  readonly id: string;
  readonly name: string;
  readonly color: string;
}

export interface ProjectItem {
  readonly id: number;
  readonly nodeId: string;
  readonly project: Project;
  readonly creator: Account;
  readonly content: Issue | { readonly draftNodeId: string; title: string; body: string };
  status: StatusOption | null;
  archivedAt: Timestamp | null;
  readonly createdAt: Timestamp;
  updatedAt: Timestamp;
}

export interface Project {
  readonly id: number;
  readonly nodeId: string;
  readonly number: number;
  readonly owner: Account;
  readonly creator: Account;
  title: string;
  closed: boolean;
  readonly isPublic: boolean;
  readonly statusFieldId: string;
  readonly statusOptions: StatusOption[];
  readonly items: ProjectItem[];
  readonly repositories: Repository[];
  readonly createdAt: Timestamp;
  updatedAt: Timestamp;
}

/** GitHub's fine-grained permissions, such as `{ issues: 'write', metadata: 'read' }`. */
export type FineGrained = Readonly<Record<string, 'read' | 'write' | 'admin'>>;

/** A credential and the access that it gives. */
export interface Token {
  readonly value: string;
  readonly kind: 'classic' | 'fine_grained' | 'installation';
  readonly account: Account;
  /** Scopes of a classic token; empty for other kinds. */
  readonly scopes: readonly string[];
  /** Permissions of a fine-grained or installation token; empty for classic tokens. */
  readonly permissions: FineGrained;
  /** Ids of the repositories that the token can access; `null` for every repository of the account. */
  readonly repositoryIds: ReadonlySet<number> | null;
  readonly installation: Installation | null;
  /** Expiry in milliseconds since 1970; `null` if it never expires. */
  readonly expiresAt: number | null;
  revoked: boolean;
}

export interface App {
  readonly id: number;
  readonly nodeId: string;
  readonly slug: string;
  readonly name: string;
  readonly owner: Account;
  readonly bot: Account;
  readonly clientId: string;
  /** Public key as PEM (SPKI), which verifies the JWTs of the app. */
  readonly publicKey: string;
  readonly permissions: FineGrained;
  readonly createdAt: Timestamp;
}

export interface Installation {
  readonly id: number;
  readonly nodeId: string;
  readonly app: App;
  readonly account: Account;
  /** Ids of the repositories of the installation; `null` for all repositories of the account. */
  repositoryIds: ReadonlySet<number> | null;
  suspendedAt: Timestamp | null;
  suspendedBy: Account | null;
  readonly createdAt: Timestamp;
  updatedAt: Timestamp;
}
