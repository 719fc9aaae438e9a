import type { ErrorClass, ExternalRepository, RepositoryRef } from '@commandcenter/integration-kit';
import { type Selectable, sql } from 'kysely';
import type { Database, Transaction } from './database.ts';
import { announceIntegration } from './integrations.ts';
import { type Page, type PageRequest, pageOf } from './page.ts';
import type { Repository } from './schema.ts';
import { addRepositoryIdHints } from './webhook-hints.ts';

/** Why requests of a repository are refused. */
export interface RepositoryRefusal {
  /** `writes`: its items can still be read, as in an archived repository. */
  scope: 'writes' | 'everything';
  class: ErrorClass;
  /** The provider's own words. */
  message: string;
  remedy: string;
  /** RFC 3339. */
  since: string;
  /** The provider said that the repository was deleted: access cannot return. */
  deleted?: boolean;
}

export type RepositoryRow = Omit<Selectable<Repository>, 'refusal'> & { refusal: RepositoryRefusal | null };

/** Facts about a repository, to be stored where they say more than is known. */
export interface RepositoryFacts extends ExternalRepository {
  project_id: number;
  integration_id: number | null;
  /** The host of the integration; '' without one. */
  host: string;
  head_sha?: string;
  pushed_at?: string;
  /** When owner and name were valid at the other side, RFC 3339 on its clock. */
  seen_at: string;
  /** The facts may be older than what is known, as those of an event are: an older sight does not rename the repository. */
  late: boolean;
}

type Identified = Pick<RepositoryFacts, 'project_id' | 'host' | 'externalId' | 'owner' | 'name'>;

/** The key of a repository in a map: its immutable id where it has one, otherwise its name, whatever the letter case. */
export const repositoryKey = ({ project_id, host, externalId, owner, name }: Identified): string =>
  externalId === undefined ? nameKey(project_id, host, owner, name) : `${project_id}/${host}#${externalId}`;

const nameKey = (projectId: number, host: string, owner: string, name: string): string =>
  `${projectId}/${host}/${owner.toLowerCase()}/${name.toLowerCase()}`;

export async function getRepository(db: Database | Transaction, id: number): Promise<RepositoryRow | undefined> {
  return db.selectFrom('repositories').selectAll().where('id', '=', id).$castTo<RepositoryRow>().executeTakeFirst();
}

/** The repository, locked against other changes of its access. */
export async function lockRepository(trx: Transaction, id: number): Promise<RepositoryRow | undefined> {
  const { rows } = await sql<RepositoryRow>`select * from repositories where id = ${id} for no key update`.execute(trx);
  return rows[0];
}

/** Oldest first. `projectIds` null: of all projects. */
export async function listRepositories(
  db: Database,
  filter: { projectIds: readonly number[] | null; owner?: string | undefined; name?: string | undefined },
  page: PageRequest,
): Promise<Page<RepositoryRow>> {
  let query = db.selectFrom('repositories').selectAll();
  if (filter.projectIds !== null) query = query.where('project_id', 'in', [...filter.projectIds, 0]);
  if (filter.owner !== undefined) query = query.where(sql<string>`lower(owner)`, '=', filter.owner.toLowerCase());
  if (filter.name !== undefined) query = query.where(sql<string>`lower(name)`, '=', filter.name.toLowerCase());
  if (page.after !== undefined) query = query.where('id', '>', page.after);
  const rows = await query
    .orderBy('id')
    .limit(page.limit + 1)
    .$castTo<RepositoryRow>()
    .execute();
  return pageOf(rows, page.limit);
}

/** The repositories that have these names now. */
export async function findRepositories(
  db: Database | Transaction,
  wanted: readonly ({ project_id: number } & RepositoryRef)[],
): Promise<RepositoryRow[]> {
  if (wanted.length === 0) return [];
  const names = wanted.map(({ project_id, owner, name }) => ({ project_id, owner, name }));
  const { rows } = await sql<RepositoryRow>`
    select distinct on (r.id) r.*
    from json_to_recordset(${JSON.stringify(names)}) as x(project_id bigint, owner text, name text)
    join repositories r on r.project_id = x.project_id and lower(r.owner) = lower(x.owner) and lower(r.name) = lower(x.name)
    where r.name_lost_at is null order by r.id`.execute(db);
  return rows;
}

/** Finds rows by immutable id, and by the name that they have now; a row without a known host has any. */
async function findKnown(trx: Transaction, facts: readonly RepositoryFacts[]): Promise<RepositoryRow[]> {
  const wanted = facts.map(({ project_id, host, externalId = null, owner, name }) => ({
    project_id,
    host,
    external_id: externalId,
    owner,
    name,
  }));
  const { rows } = await sql<RepositoryRow>`
    with wanted as (
      select * from json_to_recordset(${JSON.stringify(wanted)})
        as x(project_id bigint, host text, external_id text, owner text, name text))
    select r.* from wanted w
    join repositories r on r.project_id = w.project_id and r.host = w.host and r.external_id = w.external_id
    union
    select r.* from wanted w
    join repositories r on r.project_id = w.project_id and (r.host in (w.host, '') or w.host = '')
      and lower(r.owner) = lower(w.owner) and lower(r.name) = lower(w.name) and r.name_lost_at is null`.execute(trx);
  return rows;
}

/**
 * Stores new facts about repositories, inserts those that are missing, and returns all of them by `repositoryKey`. Identity is the
 * immutable id: a known id under another name was renamed, and another id under a known name is another repository, which takes the name.
 */
export async function saveRepositories(
  trx: Transaction,
  facts: readonly RepositoryFacts[],
): Promise<SavedRepositories> {
  const saved: SavedRepositories = { rows: new Map(), takenOver: [] };
  let open = facts;
  for (let round = 1; open.length > 0 && round <= MOST_ROUNDS; round += 1) {
    const { rows, takenOver } = await saveOnce(trx, open);
    for (const [key, row] of rows) saved.rows.set(key, row);
    saved.takenOver.push(...takenOver);
    // Another transaction gave the name to a row without this id meanwhile: with that row known, the plan is another one.
    open = open.filter((fact) => !rows.has(repositoryKey(fact)));
  }
  return saved;
}

const MOST_ROUNDS = 3;

async function saveOnce(trx: Transaction, facts: readonly RepositoryFacts[]): Promise<SavedRepositories> {
  const known = new KnownRepositories(await findKnown(trx, facts));
  const plan = planChanges(known, facts);
  if (plan.losers.length > 0) await releaseNames(trx, plan.losers);
  for (const row of await updateRepositories(trx, plan.updates)) known.add(row);
  for (const { fact, from } of plan.renames) await renameInConfigurations(trx, fact, from, fact);
  if (plan.inserts.length > 0) {
    await insertRepositories(trx, plan.inserts);
    // Another transaction may have inserted one of them meanwhile.
    for (const row of await findKnown(trx, plan.inserts)) known.add(row);
  }
  await hintAtIds(trx, [
    ...plan.updates.filter(({ renamed, identified }) => renamed || identified).map(({ id }) => id),
    ...plan.inserts.flatMap((fact) => (fact.externalId === undefined ? [] : (known.of(fact)?.id ?? []))),
  ]);
  const rows = new Map<string, RepositoryRow>();
  for (const fact of facts) {
    const row = known.of(fact);
    if (row !== undefined) rows.set(repositoryKey(fact), row);
  }
  return { rows, takenOver: plan.takenOver };
}

export interface SavedRepositories {
  /** By `repositoryKey` of the facts. */
  rows: Map<string, RepositoryRow>;
  /** Repositories that an older integration follows from now on. */
  takenOver: { id: number; integration_id: number }[];
}

/** As `saveRepositories`, for one. */
export async function saveRepository(trx: Transaction, fact: RepositoryFacts): Promise<RepositoryRow> {
  const { rows } = await saveRepositories(trx, [fact]);
  const row = rows.get(repositoryKey(fact));
  if (row === undefined) throw new Error(`the repository ${fact.owner}/${fact.name} was not saved`);
  return row;
}

class KnownRepositories {
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
    // A fact without a host is about the repository of that name at any host.
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

interface RepositoryUpdate {
  id: number;
  fact: RepositoryFacts;
  /** Owner and name change. */
  renamed: boolean;
  /** Its host and immutable id become known. */
  identified: boolean;
}

interface RepositoryPlan {
  takenOver: SavedRepositories['takenOver'];
  renames: { fact: RepositoryFacts; from: RepositoryRef }[];
  /** Ids of rows whose name another repository has taken. */
  losers: number[];
  updates: RepositoryUpdate[];
  inserts: (RepositoryFacts & { nameLost: boolean })[];
}

function planChanges(known: KnownRepositories, facts: readonly RepositoryFacts[]): RepositoryPlan {
  const plan: RepositoryPlan = { losers: [], updates: [], inserts: [], takenOver: [], renames: [] };
  const holders = nameHolders(facts);
  const ordered = [...facts].sort((left, right) => (repositoryKey(left) < repositoryKey(right) ? -1 : 1));
  for (const fact of ordered) {
    const named = known.byName(fact);
    const row = known.byId(fact) ?? (isSame(named, fact) ? named : undefined);
    const holder = holders.get(nameKey(fact.project_id, fact.host, fact.owner, fact.name));
    const isHolder = holder === undefined || holder.externalId === fact.externalId;
    const isNews = (other: RepositoryRow): boolean =>
      isHolder &&
      // Late events of a deleted repository must not take its name back.
      !(fact.late && other.refusal?.deleted === true && other.name_lost_at !== null) &&
      (!fact.late || other.name_seen_at === null || Date.parse(fact.seen_at) >= other.name_seen_at.getTime());
    if (row === undefined) {
      // A fact without an id is about the repository that the batch also names with its id.
      if (fact.externalId === undefined && holder !== undefined) continue;
      const takes = named === undefined ? isHolder : isNews(named);
      if (named !== undefined && takes) plan.losers.push(named.id);
      plan.inserts.push({ ...fact, nameLost: !takes });
      continue;
    }
    if (fact.integration_id !== null && row.integration_id !== null && fact.integration_id < row.integration_id)
      plan.takenOver.push({ id: row.id, integration_id: fact.integration_id });
    const renamed = (!hasName(row, fact) || row.name_lost_at !== null) && isNews(row);
    if (renamed && named !== undefined && named.id !== row.id) plan.losers.push(named.id);
    if (renamed && !hasName(row, fact)) plan.renames.push({ fact, from: { owner: row.owner, name: row.name } });
    if (renamed || saysMore(fact, row))
      plan.updates.push({ id: row.id, fact, renamed, identified: identifies(fact, row) });
  }
  return plan;
}

/** Which of several repositories that claim one name in a batch has it: the one that was seen last. */
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

/** A row under the same name is the same repository unless both have an id and the ids differ. */
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

/**
 * These repositories no longer have their names, because another one has taken them or they were deleted. The columns keep the names for
 * people until a new name is seen.
 */
export async function releaseNames(trx: Transaction, ids: readonly number[]): Promise<void> {
  await sql`update repositories set name_lost_at = now(), updated_at = now() where id = any(${ids}::bigint[])`.execute(
    trx,
  );
}

async function updateRepositories(trx: Transaction, updates: readonly RepositoryUpdate[]): Promise<RepositoryRow[]> {
  if (updates.length === 0) return [];
  const changed = updates.map(({ id, fact, renamed }) => ({ id, renamed, ...columnsOf(fact) }));
  await sql`
    insert into repository_names (repository_id, owner, name)
    select r.id, r.owner, r.name
    from json_to_recordset(${JSON.stringify(changed)}) as x(id bigint, renamed boolean, owner text, name text)
    join repositories r on r.id = x.id where x.renamed and (r.owner, r.name) is distinct from (x.owner, x.name)
    on conflict (repository_id, owner, name) do update set until = now()`.execute(trx);
  const { rows } = await sql<RepositoryRow>`
    update repositories r
    set owner = case when x.renamed then x.owner else r.owner end,
        name = case when x.renamed then x.name else r.name end,
        name_seen_at = case when x.renamed then x.seen_at else r.name_seen_at end,
        name_lost_at = case when x.renamed then null else r.name_lost_at end,
        host = case when r.host = '' then x.host else r.host end,
        integration_id = least(r.integration_id, x.integration_id),
        external_id = coalesce(r.external_id, x.external_id),
        handle = coalesce(x.handle, r.handle),
        default_branch = coalesce(x.default_branch, r.default_branch),
        clone_url = coalesce(x.clone_url, r.clone_url),
        head_sha = case when x.pushed_at < r.pushed_at then r.head_sha else coalesce(x.head_sha, r.head_sha) end,
        pushed_at = greatest(x.pushed_at, r.pushed_at),
        updated_at = now()
    from json_to_recordset(${JSON.stringify(changed)}) as x(id bigint, renamed boolean, project_id bigint, integration_id bigint,
      host text, owner text, name text, external_id text, handle text, default_branch text, clone_url text, head_sha text,
      pushed_at timestamptz, seen_at timestamptz)
    where r.id = x.id
    returning r.*`.execute(trx);
  return rows;
}

async function insertRepositories(
  trx: Transaction,
  facts: readonly (RepositoryFacts & { nameLost: boolean })[],
): Promise<void> {
  const rows = facts.map((fact) => ({ ...columnsOf(fact), name_lost: fact.nameLost }));
  await sql`
    insert into repositories (project_id, integration_id, host, owner, name, external_id, handle, default_branch, clone_url,
      head_sha, pushed_at, name_seen_at, name_lost_at)
    select x.project_id, x.integration_id, x.host, x.owner, x.name, x.external_id, x.handle, x.default_branch, x.clone_url,
      x.head_sha, x.pushed_at, x.seen_at, case when x.name_lost then now() end
    from json_to_recordset(${JSON.stringify(rows)}) as x(project_id bigint, integration_id bigint, host text, owner text,
      name text, external_id text, handle text, default_branch text, clone_url text, head_sha text, pushed_at timestamptz,
      seen_at timestamptz, name_lost boolean)
    on conflict do nothing`.execute(trx);
}

const columnsOf = (fact: RepositoryFacts) => ({
  project_id: fact.project_id,
  integration_id: fact.integration_id,
  host: fact.host,
  owner: fact.owner,
  name: fact.name,
  external_id: fact.externalId ?? null,
  handle: fact.handle ?? null,
  default_branch: fact.defaultBranch ?? null,
  clone_url: fact.cloneUrl ?? null,
  head_sha: fact.head_sha ?? null,
  pushed_at: fact.pushed_at ?? null,
  seen_at: fact.seen_at,
});

/** The repositories with these immutable ids that are known in the integration's project. */
export async function findRepositoriesByIds(
  trx: Database | Transaction,
  { project_id, host }: Pick<RepositoryRow, 'project_id' | 'host'>,
  externalIds: readonly string[],
): Promise<RepositoryRow[]> {
  if (externalIds.length === 0) return [];
  const { rows } = await sql<RepositoryRow>`
    select * from repositories
    where project_id = ${project_id} and host = ${host} and external_id = any(${externalIds}::text[]) order by id`.execute(
    trx,
  );
  return rows;
}

/** The repository that has this name now. */
export async function findRepositoryByName(
  trx: Transaction,
  projectId: number,
  host: string,
  { owner, name }: RepositoryRef,
): Promise<RepositoryRow | undefined> {
  const { rows } = await sql<RepositoryRow>`
    select * from repositories
    where project_id = ${projectId} and host in (${host}, '') and lower(owner) = lower(${owner}) and lower(name) = lower(${name})
      and name_lost_at is null`.execute(trx);
  return rows[0];
}

/** The id of a repository that was known by its name alone. */
export async function setExternalId(trx: Transaction, id: number, externalId: string): Promise<void> {
  await sql`update repositories set external_id = ${externalId} where id = ${id} and external_id is null`.execute(trx);
  await hintAtIds(trx, [id]);
}

/** Lets the events of these repositories reach the integrations that name them, whatever they are called later. */
async function hintAtIds(trx: Transaction, ids: readonly number[]): Promise<void> {
  for (const integrationId of await addRepositoryIdHints(trx, ids)) await announceIntegration(trx, integrationId);
}

export async function touchRepository(trx: Transaction, id: number): Promise<void> {
  await sql`update repositories set last_synced_at = now() where id = ${id}`.execute(trx);
}

/** Stores why requests are refused, and when access is checked again; null: it works. */
export async function setRefusal(
  trx: Transaction,
  id: number,
  refusal: RepositoryRefusal | null,
  check: { delayMs: number | null; attempts: number },
): Promise<void> {
  await sql`
    update repositories
    set refusal = ${refusal === null ? null : JSON.stringify(refusal)}::jsonb, check_attempts = ${check.attempts},
        check_at = now() + ${check.delayMs === null ? null : check.delayMs / 1000} * interval '1 second'
    where id = ${id}`.execute(trx);
}

/** Access is checked again after the delay; the refusal stays as it is. */
export async function scheduleCheck(
  trx: Transaction,
  id: number,
  { delayMs, attempts }: { delayMs: number | null; attempts: number },
): Promise<void> {
  await sql`
    update repositories
    set check_attempts = ${attempts}, check_at = now() + ${delayMs === null ? null : delayMs / 1000} * interval '1 second'
    where id = ${id}`.execute(trx);
}

/** Access to these repositories is checked now. */
export async function requestChecks(trx: Transaction, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`update repositories set check_at = now() where id = any(${ids}::bigint[])`.execute(trx);
  await sql`select pg_notify('repository_checks', '')`.execute(trx);
}

/** Leases the repository whose check has been due longest: `check_at` becomes the end of the lease. */
export async function claimCheck(db: Database, leaseSeconds: number): Promise<RepositoryRow | undefined> {
  const { rows } = await sql<RepositoryRow>`
    update repositories set check_at = now() + make_interval(secs => ${leaseSeconds})
    where id = (
      select r.id from repositories r left join integrations i on i.id = r.integration_id
      where r.check_at <= now() and (i.id is null or (i.enabled and not i.auth_blocked and i.circuit = 'closed'))
      order by r.check_at limit 1 for no key update of r skip locked)
    returning *`.execute(db);
  return rows[0];
}

/** Milliseconds until a repository is to be checked; undefined when none is. */
export async function nextCheckInMs(db: Database): Promise<number | undefined> {
  const { rows } = await sql<{ ms: number | null }>`
    select (extract(epoch from min(r.check_at) - now()) * 1000)::float8 as ms
    from repositories r left join integrations i on i.id = r.integration_id
    where r.check_at is not null and (i.id is null or (i.enabled and not i.auth_blocked and i.circuit = 'closed'))`.execute(
    db,
  );
  const ms = rows[0]?.ms;
  return ms === null || ms === undefined ? undefined : Math.max(0, Math.ceil(ms));
}

/** Integrations name the repositories they follow: an entry follows its repository's new name, and so does the hint for its webhooks. */
export async function renameInConfigurations(
  trx: Transaction,
  { project_id, host }: Pick<RepositoryRow, 'project_id' | 'host'>,
  from: RepositoryRef,
  to: RepositoryRef,
): Promise<void> {
  const before = `${from.owner}/${from.name}`.toLowerCase();
  const after = `${to.owner}/${to.name}`;
  const { rows } = await sql<{ id: number }>`
    update integrations set updated_at = clock_timestamp(), config = jsonb_set(config, '{repositories}', (
      select jsonb_agg(case when lower(entry) = ${before} then ${after} else entry end)
      from jsonb_array_elements_text(config -> 'repositories') entry))
    where project_id = ${project_id} and host = ${host} and jsonb_typeof(config -> 'repositories') = 'array'
      and exists (select from jsonb_array_elements_text(config -> 'repositories') entry where lower(entry) = ${before})
    returning id`.execute(trx);
  for (const { id } of rows) {
    await sql`
      insert into webhook_hints (integration_type, kind, value, integration_id, learned)
      select integration_type, kind, ${after.toLowerCase()}, integration_id, false from webhook_hints
      where integration_id = ${id} and kind = 'repository' and value = ${before}
      on conflict do nothing`.execute(trx);
    await sql`delete from webhook_hints where integration_id = ${id} and kind = 'repository' and value = ${before}`.execute(
      trx,
    );
    await announceIntegration(trx, id);
  }
}

/** Gives the repository's links and polls to the row that has its immutable id; the row that was known by name alone loses its name. */
export async function joinRepositories(trx: Transaction, from: number, into: number): Promise<void> {
  await sql`
    update links l set repository_id = ${into}
    where repository_id = ${from} and not exists (
      select from links other where other.task_id = l.task_id and other.repository_id = ${into}
        and other.sync_state not in ('deleted', 'detached'))
      -- The marker of a create that was sent is signed with its repository.
      and not exists (select from outbox o where o.link_id = l.id and o.sent_at is not null)`.execute(trx);
  await sql`
    insert into repository_polls (integration_id, repository_id, next_poll_at, since, last_delivery_at)
    select integration_id, ${into}, next_poll_at, since, last_delivery_at from repository_polls where repository_id = ${from}
    on conflict (integration_id, repository_id) do update set since = least(repository_polls.since, excluded.since)`.execute(
    trx,
  );
  await sql`delete from repository_polls where repository_id = ${from}`.execute(trx);
  await releaseNames(trx, [from]);
}
