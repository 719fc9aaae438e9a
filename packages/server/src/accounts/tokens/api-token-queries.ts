import { type Selectable, sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';
import { type Page, type PageRequest, pageOf } from '../../database/page.ts';
import type { ApiToken } from '../../database/schema.ts';
import type { Scope } from '../scope.ts';
import { apiTokenPrefix, formatApiToken, hashApiToken } from './api-token-format.ts';

export type ApiTokenRow = Omit<Selectable<ApiToken>, 'token_hash' | 'trusted_repository_id' | 'initial'>;

const columns = [
  'id',
  'user_id',
  'project_id',
  'name',
  'prefix',
  'scopes',
  'expires_at',
  'last_used_at',
  'created_at',
] as const;

export interface NewApiToken {
  name: string;
  scopes: readonly Scope[];
  /** Id of the user who owns the token; null for a token of nobody, which reaches every project unless `project_id` is set. */
  user_id: number | null;
  /** Id of the one project that the token is bound to; null for every project of its user. */
  project_id: number | null;
  expires_at: Date | null;
  /** Id of the trusted repository that the token is for, with which it is deleted. */
  trusted_repository_id?: number;
  /** True for the token that the server prints when it starts. While it is unused, the next start replaces it. */
  initial?: boolean;
}

/** Creates a token and returns its text, which is not stored anywhere. */
export async function createApiToken(
  db: Database | Transaction,
  token: NewApiToken,
  randomBytes: (size: number) => Buffer,
): Promise<{ token: string; row: ApiTokenRow }> {
  const text = formatApiToken(randomBytes(20));
  const row = await db
    .insertInto('api_tokens')
    .values({ ...token, scopes: [...token.scopes], prefix: apiTokenPrefix(text), token_hash: hashApiToken(text) })
    .returning(columns)
    .executeTakeFirstOrThrow();
  return { token: text, row };
}

/** A token that a request presents: its row, and the ids of the projects that it reaches (null for all). */
export interface PresentedToken {
  row: ApiTokenRow;
  projectIds: number[] | null;
  /** Id of the trusted repository that the token is for; null for other tokens. */
  trustedRepositoryId: number | null;
}

/** Finds a token by its text. Expired tokens are returned too: the caller checks `expires_at`. */
export async function findPresentedToken(db: Database, text: string): Promise<PresentedToken | undefined> {
  const found = await db
    .selectFrom('api_tokens')
    .select([...columns, 'trusted_repository_id'])
    .select((select) =>
      select
        .selectFrom('project_members')
        .select(sql<number[] | null>`array_agg(project_members.project_id)`.as('ids'))
        .whereRef('project_members.user_id', '=', 'api_tokens.user_id')
        .where((where) =>
          where.or([
            where('api_tokens.project_id', 'is', null),
            where('project_members.project_id', '=', where.ref('api_tokens.project_id')),
          ]),
        )
        .as('member_of'),
    )
    .where('token_hash', '=', hashApiToken(text))
    .executeTakeFirst();
  if (found === undefined) return undefined;
  const { member_of, trusted_repository_id: trustedRepositoryId, ...row } = found;
  if (row.user_id !== null) return { row, projectIds: member_of ?? [], trustedRepositoryId };
  return { row, projectIds: row.project_id === null ? null : [row.project_id], trustedRepositoryId };
}

/** Records that a token is in use. The time is precise to a minute, so that a busy token costs one write per minute. */
export async function touchApiToken(db: Database, id: number, now: Date): Promise<void> {
  await db
    .updateTable('api_tokens')
    .set({ last_used_at: now })
    .where('id', '=', id)
    .where((where) =>
      where.or([
        where('last_used_at', 'is', null),
        where('last_used_at', '<', new Date(now.getTime() - LAST_USED_PRECISION_MS)),
      ]),
    )
    .execute();
}

export const LAST_USED_PRECISION_MS = 60_000;

/** Selects tokens by user and project. An undefined member does not narrow the selection. */
export interface TokenOwner {
  userId?: number | null;
  projectId?: number;
}

/** Lists the API tokens that `owner` selects by user and project, oldest first. */
export async function listApiTokens(db: Database, owner: TokenOwner, page: PageRequest): Promise<Page<ApiTokenRow>> {
  let query = db
    .selectFrom('api_tokens')
    .select(columns)
    .orderBy('id')
    .limit(page.limit + 1);
  if (owner.userId !== undefined) query = query.where('user_id', 'is not distinct from', owner.userId);
  if (owner.projectId !== undefined) query = query.where('project_id', '=', owner.projectId);
  if (page.after !== undefined) query = query.where('id', '>', page.after);
  return pageOf(await query.execute(), page.limit);
}

/** Revokes a token by deleting it. Returns the deleted row, or undefined when it does not exist or is not one of the owner's tokens. */
export function deleteApiToken(
  db: Database | Transaction,
  id: number,
  owner: TokenOwner,
): Promise<ApiTokenRow | undefined> {
  let query = db.deleteFrom('api_tokens').where('id', '=', id).returning(columns);
  if (owner.userId !== undefined) query = query.where('user_id', 'is not distinct from', owner.userId);
  if (owner.projectId !== undefined) query = query.where('project_id', '=', owner.projectId);
  return query.executeTakeFirst();
}
