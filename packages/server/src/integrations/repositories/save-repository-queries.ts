import { sql } from 'kysely';
import type { Transaction } from '../../database/database.ts';
import {
  KnownRepositories,
  planChanges,
  type RepositoryFacts,
  type RepositoryPlan,
  type RepositoryUpdate,
  repositoryKey,
} from './plan-repository-changes.ts';
import { requestChecks } from './repository-check-queries.ts';
import { hintAtIds, joinRepositories, releaseNames, renameInConfigurations } from './repository-identity-queries.ts';
import type { RepositoryRow } from './repository-queries.ts';

export interface SavedRepositories {
  /** The stored repositories by the key that `repositoryKey` computes from the facts about them. */
  rows: Map<string, RepositoryRow>;
  takenOver: RepositoryPlan['takenOver'];
}

/**
 * Stores new facts about repositories, inserts missing repositories, and returns all of them by `repositoryKey`. Identity is the
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
    // Repeat for facts without a row: another transaction gave the name to a row without this id meanwhile, and with that row known the
    // plan differs.
    open = open.filter((fact) => !rows.has(repositoryKey(fact)));
  }
  return saved;
}

const MOST_ROUNDS = 3;

async function saveOnce(trx: Transaction, facts: readonly RepositoryFacts[]): Promise<SavedRepositories> {
  const known = new KnownRepositories(await findKnown(trx, facts));
  const plan = planChanges(known, facts);
  if (plan.losers.length > 0) {
    await releaseNames(trx, plan.losers);
    // Requests to these repositories use the lost name. The repository check finds their new name by their id, or reports that they are
    // gone.
    await requestChecks(trx, plan.losers);
  }
  for (const { from, into } of plan.joins) await joinRepositories(trx, from, into);
  for (const row of await updateRepositories(trx, plan.updates)) known.add(row);
  for (const { fact, from } of plan.renames) await renameInConfigurations(trx, fact, from, fact);
  if (plan.inserts.length > 0) {
    await insertRepositories(trx, plan.inserts);
    // Read the rows, because another transaction may have inserted one of them meanwhile.
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

/** Stores the facts about one repository as `saveRepositories` does, and returns its row. */
export async function saveRepository(trx: Transaction, fact: RepositoryFacts): Promise<RepositoryRow> {
  const { rows } = await saveRepositories(trx, [fact]);
  const row = rows.get(repositoryKey(fact));
  if (row === undefined) throw new Error(`the repository ${fact.owner}/${fact.name} was not saved`);
  return row;
}

/** Finds rows by immutable id, and by the name that they have now. A row without a known host matches every host. */
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

async function updateRepositories(trx: Transaction, updates: readonly RepositoryUpdate[]): Promise<RepositoryRow[]> {
  if (updates.length === 0) return [];
  const changed = updates.map(({ id, fact, renamed, nameLost }) => ({
    id,
    renamed,
    name_lost: nameLost,
    ...columnsOf(fact),
  }));
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
        name_lost_at = case when not x.renamed then r.name_lost_at when x.name_lost then now() end,
        host = case when r.host = '' then x.host else r.host end,
        integration_id = least(r.integration_id, x.integration_id),
        external_id = coalesce(r.external_id, x.external_id),
        handle = coalesce(x.handle, r.handle),
        default_branch = coalesce(x.default_branch, r.default_branch),
        clone_url = coalesce(x.clone_url, r.clone_url),
        head_sha = case when x.pushed_at < r.pushed_at then r.head_sha else coalesce(x.head_sha, r.head_sha) end,
        pushed_at = greatest(x.pushed_at, r.pushed_at),
        updated_at = now()
    from json_to_recordset(${JSON.stringify(changed)}) as x(id bigint, renamed boolean, name_lost boolean, project_id bigint,
      integration_id bigint, host text, owner text, name text, external_id text, handle text, default_branch text,
      clone_url text, head_sha text, pushed_at timestamptz, seen_at timestamptz)
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
