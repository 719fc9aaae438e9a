import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../database/database.ts';
import { ApiError, forbidden, unauthorized } from '../errors.ts';
import { clientNetwork } from '../http/client-address.ts';
import type { Logger } from '../logging.ts';
import { isLinkAccess, scopesOf } from './access.ts';
import { createFailedTokens } from './failed-tokens.ts';
import { getTrustedRepository } from './github-oidc/trusted-repository-queries.ts';
import { hostOfIssuer } from './github-oidc/workflow-identity.ts';
import type { BoundRepository, Principal } from './principal.ts';
import { isScope, type Scope, scopes } from './scope.ts';
import { looksLikeApiToken } from './tokens/api-token-format.ts';
import { findPresentedToken, LAST_USED_PRECISION_MS, touchApiToken } from './tokens/api-token-queries.ts';

/** Finds our id of a project's repository by its host and the provider's immutable id; undefined when the project does not know it. */
export type FindRepositoryId = (repository: {
  project_id: number;
  host: string;
  external_id: string;
}) => Promise<number | undefined>;

export interface AuthenticationDependencies {
  db: Database;
  clock: { now(): Date };
  log: Logger;
  /** Value of COMMANDCENTER_ADMIN_TOKEN, a token with all scopes; undefined when it is not set. */
  adminToken: string | undefined;
  refusedTokens: { inc(): void };
  /** Finds the repository that a workflow's token is bound to. */
  findRepositoryId: FindRepositoryId;
  /** Set of requests to which every request with an accepted token is added. */
  authenticated: Pick<WeakSet<IncomingMessage>, 'add'>;
}

const LONGEST_TOKEN = 512;
const HOW_TO_SEND = 'Send a token: "Authorization: Bearer cct_…". `commandcenter token create` makes one.';

/** Adds a hook that refuses callers without access to a route before the body is read, and sets `request.principal`. */
export function addAuthentication(app: FastifyInstance, dependencies: AuthenticationDependencies): void {
  const identify = createIdentify(dependencies);
  const failedTokens = createFailedTokens();
  app.decorateRequest('principal', null);
  app.addHook('onRequest', async (request) => {
    const access = request.routeOptions.config.access ?? 'public';
    if (access === 'public') return;
    const text = bearerToken(request.headers.authorization);
    if (text === undefined) {
      if (access === 'optional' || isLinkAccess(access)) return;
      throw unauthorized(`This needs a token. ${HOW_TO_SEND}`, 'token.missing');
    }
    const client = clientNetwork(request.ip);
    failedTokens.check(client, text);
    const principal = await identify(text).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 401) {
        failedTokens.failed(client);
        dependencies.refusedTokens.inc();
      }
      throw error;
    });
    failedTokens.accepted(text);
    dependencies.authenticated.add(request.raw);
    request.principal = principal;
    const missing = scopesOf(access).find((scope) => !principal.scopes.has(scope));
    if (missing !== undefined) throw forbidden(missing);
  });
}

/** Returns the token of `Authorization: Bearer …`, or undefined without the header. Throws ApiError 401 for any other header. */
function bearerToken(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const match = /^Bearer +(\S+) *$/i.exec(header);
  const token = match?.[1];
  if (token === undefined || token.length > LONGEST_TOKEN) {
    throw unauthorized(`The Authorization header is not a bearer token. ${HOW_TO_SEND}`, 'token.malformed');
  }
  return token;
}

function createIdentify({ db, clock, log, adminToken, findRepositoryId }: AuthenticationDependencies) {
  const adminDigest = adminToken === undefined ? undefined : digest(adminToken);
  const admin: Principal = {
    actor: { type: 'token', id: null, name: 'COMMANDCENTER_ADMIN_TOKEN' },
    key: 'admin',
    scopes: new Set(scopes),
    projectIds: null,
    boundProjectId: null,
    repository: null,
    userId: null,
    expiresAt: null,
  };
  return async (text: string): Promise<Principal> => {
    // Compare digests: they have equal lengths, so that the comparison takes the same time for every token.
    if (adminDigest !== undefined && timingSafeEqual(adminDigest, digest(text))) return admin;
    const presented = looksLikeApiToken(text) ? await findPresentedToken(db, text) : undefined;
    if (presented === undefined) throw unknownToken();
    const { row, projectIds, trustedRepositoryId } = presented;
    const now = clock.now();
    if (row.expires_at !== null && row.expires_at <= now) {
      throw unauthorized(`This token expired at ${row.expires_at.toISOString()}. Make a new one.`, 'token.expired');
    }
    if (row.last_used_at === null || now.getTime() - row.last_used_at.getTime() >= LAST_USED_PRECISION_MS) {
      // The request neither waits until the use of its token is recorded nor fails when it cannot be.
      touchApiToken(db, row.id, now).catch((error) =>
        log.warn({ err: error }, 'the last use of a token was not saved'),
      );
    }
    const repository =
      trustedRepositoryId === null ? null : await boundRepository(db, trustedRepositoryId, findRepositoryId);
    const held = new Set<Scope>(row.scopes.filter(isScope));
    return {
      actor: { type: 'token', id: row.id, name: row.name },
      key: `token:${row.id}`,
      scopes: held,
      // A token with the scope `admin` reaches all projects, unless it was created for one project.
      projectIds: held.has('admin') && row.project_id === null ? null : projectIds,
      boundProjectId: row.project_id,
      repository,
      userId: row.user_id,
      expiresAt: row.expires_at,
    };
  };
}

/**
 * Returns the repository that a workflow's token is bound to. Throws ApiError 401 when the project has stopped trusting the repository
 * since the token was read, which deletes the token too.
 */
async function boundRepository(
  db: Database,
  trustedRepositoryId: number,
  findRepositoryId: FindRepositoryId,
): Promise<BoundRepository> {
  const trust = await getTrustedRepository(db, trustedRepositoryId);
  if (trust === undefined) throw unknownToken();
  const { id: trustId, project_id, issuer, repository_id, name, last_used_at, created_at } = trust;
  const host = hostOfIssuer(issuer);
  const externalId = String(repository_id);
  const id = (await findRepositoryId({ project_id, host, external_id: externalId })) ?? null;
  return { trustId, id, host, externalId, name, namedAt: last_used_at ?? created_at };
}

const unknownToken = () => unauthorized('This token is unknown here, or was revoked. Make a new one.', 'token.unknown');

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
