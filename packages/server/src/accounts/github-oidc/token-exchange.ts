import type { Database } from '../../database/database.ts';
import { ApiError, tooManyRequests, unauthorized } from '../../errors.ts';
import { recordAudit } from '../audit-log-queries.ts';
import { type ApiTokenRow, createApiToken } from '../tokens/api-token-queries.ts';
import type { VerifiedIdToken } from './verify-id-token.ts';
import {
  GITHUB_ISSUER,
  repositoryInWords,
  type WorkflowIdentity,
  workflowScopes,
  workflowTokenName,
} from './workflow-identity.ts';
import { lockTrust, takeIdToken, touchTrust, whenTokensAreFewer } from './workflow-token-queries.ts';

export interface ExchangeDependencies {
  db: Database;
  clock: { now(): Date };
  randomBytes(size: number): Buffer;
}

const LIFETIME_MS = 3_600_000;
/** Most valid tokens that the workflows of one repository may hold in a project. */
const MOST_TOKENS = 1000;
/** Time in ms for which a used id token is remembered beyond its expiry, because several servers accept tokens and their clocks differ. */
const REMEMBERED_LONGER_MS = 60_000;

/**
 * Exchanges an id token for an API token of a project that trusts the repository. Throws ApiError 403 when the project does not exist or
 * does not trust the repository, 401 when the id token was exchanged before, and 429 when the repository's workflows hold the most tokens
 * allowed.
 */
export async function exchangeIdToken(
  { db, clock, randomBytes }: ExchangeDependencies,
  projectId: number,
  { identity, validUntil }: VerifiedIdToken,
): Promise<{ token: string; row: ApiTokenRow }> {
  const { issuer, tokenId: jti, repositoryId, ownerId, repository, run } = identity;
  const now = clock.now();
  return db.transaction().execute(async (trx) => {
    const trust = await lockTrust(trx, { project_id: projectId, issuer, repository_id: repositoryId }, ownerId);
    if (trust === undefined) throw notTrusted(projectId, identity);
    const expires_at = new Date(validUntil.getTime() + REMEMBERED_LONGER_MS);
    if (!(await takeIdToken(trx, { issuer, jti, expires_at }))) throw takenBefore();
    const fewerAt = await whenTokensAreFewer(trx, trust.id, MOST_TOKENS, now);
    if (fewerAt !== undefined) throw tooManyTokens(identity, fewerAt, now);
    const made = await createApiToken(
      trx,
      {
        name: workflowTokenName(identity),
        scopes: workflowScopes,
        user_id: null,
        project_id: projectId,
        expires_at: new Date(now.getTime() + LIFETIME_MS),
        trusted_repository_id: trust.id,
      },
      randomBytes,
    );
    await touchTrust(trx, trust.id, { name: repository, now });
    await recordAudit(trx, {
      projectId,
      actor: { type: 'token', id: made.row.id, name: made.row.name },
      action: 'token.create',
      object: `token:${made.row.id}`,
      details: {
        name: made.row.name,
        scopes: workflowScopes,
        id_token: { issuer, jti, repository_id: repositoryId, owner_id: ownerId, repository, ...run },
      },
    });
    return made;
  });
}

function notTrusted(projectId: number, identity: WorkflowIdentity): ApiError {
  const { issuer, repositoryId: repository_id, ownerId: owner_id, repository } = identity;
  const trust = {
    repository_id,
    owner_id,
    ...(repository === null ? {} : { name: repository }),
    ...(issuer === GITHUB_ISSUER ? {} : { issuer }),
  };
  return new ApiError(
    403,
    'repository.not_trusted',
    `There is no project ${projectId} here that trusts ${repositoryInWords(identity)} (repository_id ${repository_id}, owner_id ${owner_id}). Who may change the project adds it: POST /api/v1/projects/${projectId}/trusted-repositories ${JSON.stringify(trust)}`,
    { extensions: { issuer, repository_id, owner_id } },
  );
}

const takenBefore = (): ApiError =>
  unauthorized(
    'This id token was exchanged before, and each is taken once. Ask GitHub for a new one for each exchange.',
    'id_token.taken_before',
  );

const tooManyTokens = (identity: WorkflowIdentity, fewerAt: Date, now: Date): ApiError =>
  tooManyRequests(
    `Workflows of ${repositoryInWords(identity)} hold ${MOST_TOKENS.toLocaleString('en-US')} tokens of the last hour, which is the most.`,
    (fewerAt.getTime() - now.getTime()) / 1000,
    'id_token.too_many',
  );
