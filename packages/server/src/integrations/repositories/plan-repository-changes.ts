import type { ExternalRepository, RepositoryRef } from '@commandcenter/integration-kit';
import type { RepositoryRow } from './repository-queries.ts';

/** Facts about a repository, which are stored if they are new. */
export interface RepositoryFacts extends ExternalRepository {
  project_id: number;
  integration_id: number | null;
  /** The host of the integration; '' if there is no integration. */
  host: string;
  head_sha?: string;
  pushed_at?: string;
  /** Time at which the repository had this owner and name, in RFC 3339 on the provider's clock. */
  seen_at: string;
  /** True if the facts may be older than the stored ones, as those of an event are. Older facts do not rename the repository. */
  late: boolean;
}

type Identified = Pick<RepositoryFacts, 'project_id' | 'host' | 'externalId' | 'owner' | 'name'>;

/** Returns the key of a repository in a map: its immutable id if it has one, otherwise its name in lower case. */
export const repositoryKey = ({ project_id, host, externalId, owner, name }: Identified): string =>
  externalId === undefined ? nameKey(project_id, host, owner, name) : `${project_id}/${host}#${externalId}`;

const nameKey = (projectId: number, host: string, owner: string, name: string): string =>
  `${projectId}/${host}/${owner.toLowerCase()}/${name.toLowerCase()}`;

export class KnownRepositories {
  readonly #byId = new Map<string, RepositoryRow>();
  readonly #byName = new Map<string, RepositoryRow>();

  constructor(rows: readonly RepositoryRow[]) {
    for (const row of rows) this.add(row);
  }

  add(row: RepositoryRow): void {
    const { project_id, host, external_id, owner, name } = row;
    if (external_id !== null)
      this.#byId.set(repositoryKey({ project_id, host, owner, name, externalId: external_id }), row);
    if (row.name_lost_at !== null) return;
    this.#byName.set(nameKey(project_id, host, owner, name), row);
    // A fact without a host is about the repository with that name at any host.
    const anywhere = nameKey(project_id, '', owner, name);
    if (!this.#byName.has(anywhere)) this.#byName.set(anywhere, row);
  }

  byId(fact: RepositoryFacts): RepositoryRow | undefined {
    return fact.externalId === undefined ? undefined : this.#byId.get(repositoryKey(fact));
  }

  byName({ project_id, host, owner, name }: RepositoryFacts): RepositoryRow | undefined {
    const here = this.#byName.get(nameKey(project_id, host, owner, name));
    if (here !== undefined) return here;
    const anywhere = this.#byName.get(nameKey(project_id, '', owner, name));
    return anywhere === undefined || anywhere.host === '' || host === '' ? anywhere : undefined;
  }

  of(fact: RepositoryFacts): RepositoryRow | undefined {
    const named = this.byId(fact) ?? this.byName(fact);
    if (named === undefined || fact.externalId === undefined) return named;
    return named.external_id === fact.externalId ? named : undefined;
  }
}

export interface RepositoryUpdate {
  id: number;
  fact: RepositoryFacts;
  /** True if the owner or name of the stored repository changes. */
  renamed: boolean;
  /** True if another repository already has the new name of this repository. */
  nameLost: boolean;
  /** True if the immutable id or the host of the repository becomes known. */
  identified: boolean;
}

export interface RepositoryPlan {
  /** Repositories that an older integration follows from now on. */
  takenOver: { id: number; integration_id: number }[];
  renames: { fact: RepositoryFacts; from: RepositoryRef }[];
  /** Ids of rows whose name another repository has taken. */
  losers: number[];
  /** Pairs of rows of one repository: `from` was known by its name alone, and `into` has the immutable id. */
  joins: { from: number; into: number }[];
  updates: RepositoryUpdate[];
  inserts: (RepositoryFacts & { nameLost: boolean })[];
}

export function planChanges(known: KnownRepositories, facts: readonly RepositoryFacts[]): RepositoryPlan {
  const plan: RepositoryPlan = { losers: [], joins: [], updates: [], inserts: [], takenOver: [], renames: [] };
  const holders = nameHolders(facts);
  const ordered = [...facts].sort((left, right) => (repositoryKey(left) < repositoryKey(right) ? -1 : 1));
  for (const fact of ordered) {
    const named = known.byName(fact);
    const row = known.byId(fact) ?? (isSame(named, fact) ? named : undefined);
    const holder = holders.get(nameKey(fact.project_id, fact.host, fact.owner, fact.name));
    const isHolder = holder === undefined || holder.externalId === fact.externalId;
    const isNews = (other: RepositoryRow): boolean =>
      (isHolder || fact.externalId !== undefined) &&
      // Late events of a deleted repository must not take its name back.
      !(fact.late && other.refusal?.deleted === true && other.name_lost_at !== null) &&
      (!fact.late || other.name_seen_at === null || Date.parse(fact.seen_at) >= other.name_seen_at.getTime());
    if (row === undefined) {
      // Skip a fact without an id if the batch also has the repository of that name with its id.
      if (fact.externalId === undefined && holder !== undefined) continue;
      const takes = isHolder && (named === undefined || isNews(named));
      if (named !== undefined && takes) plan.losers.push(named.id);
      plan.inserts.push({ ...fact, nameLost: !takes });
      continue;
    }
    if (fact.integration_id !== null && row.integration_id !== null && fact.integration_id < row.integration_id)
      plan.takenOver.push({ id: row.id, integration_id: fact.integration_id });
    // Configurations follow the new name even if another repository has taken it since.
    const renamed = isNews(row) && (!hasName(row, fact) || (isHolder && row.name_lost_at !== null));
    if (renamed && isHolder && named !== undefined && named.id !== row.id) {
      if (isSame(named, fact)) plan.joins.push({ from: named.id, into: row.id });
      else plan.losers.push(named.id);
    }
    if (renamed && !hasName(row, fact)) plan.renames.push({ fact, from: { owner: row.owner, name: row.name } });
    if (renamed || saysMore(fact, row))
      plan.updates.push({ id: row.id, fact, renamed, nameLost: !isHolder, identified: identifies(fact, row) });
  }
  return plan;
}

/** Returns for each name the repository that has it: of several in the batch that claim the name, the one that was seen last. */
function nameHolders(facts: readonly RepositoryFacts[]): Map<string, RepositoryFacts> {
  const holders = new Map<string, RepositoryFacts>();
  for (const fact of facts) {
    if (fact.externalId === undefined) continue;
    const key = nameKey(fact.project_id, fact.host, fact.owner, fact.name);
    const holder = holders.get(key);
    if (holder === undefined || Date.parse(fact.seen_at) >= Date.parse(holder.seen_at)) holders.set(key, fact);
  }
  return holders;
}

const hasName = (row: RepositoryRow, { owner, name }: RepositoryRef): boolean =>
  row.owner === owner && row.name === name;

/** Returns true if a row found by name is the same repository. It is, unless both have an id and the ids differ. */
const isSame = (row: RepositoryRow | undefined, { externalId }: RepositoryFacts): boolean =>
  row !== undefined && (externalId === undefined || row.external_id === null || row.external_id === externalId);

const identifies = (fact: RepositoryFacts, row: RepositoryRow): boolean =>
  (fact.externalId !== undefined && row.external_id === null) || (fact.host !== '' && row.host === '');

function saysMore(fact: RepositoryFacts, row: RepositoryRow): boolean {
  return (
    (fact.integration_id !== null && (row.integration_id === null || fact.integration_id < row.integration_id)) ||
    (fact.host !== '' && row.host === '') ||
    (fact.externalId !== undefined && fact.externalId !== row.external_id) ||
    (fact.handle !== undefined && fact.handle !== row.handle) ||
    (fact.defaultBranch !== undefined && fact.defaultBranch !== row.default_branch) ||
    (fact.cloneUrl !== undefined && fact.cloneUrl !== row.clone_url) ||
    (fact.head_sha !== undefined && fact.head_sha !== row.head_sha)
  );
}
