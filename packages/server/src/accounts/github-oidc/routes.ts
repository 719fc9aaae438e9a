import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Database } from '../../database/database.ts';
import { createIssuerKeys } from './issuer-keys.ts';
import { exchangeIdToken } from './token-exchange.ts';
import { GitHubIdToken, WorkflowToken, workflowTokenView } from './token-exchange-schema.ts';
import { isTrustedIssuer } from './trusted-repository-queries.ts';
import { verifyIdToken } from './verify-id-token.ts';
import { GITHUB_ISSUER, workflowScopes } from './workflow-identity.ts';

export interface GitHubOidcRoutesOptions {
  db: Database;
  clock: { now(): Date };
  randomBytes(size: number): Buffer;
  /** A fetch that refuses private addresses outside of EGRESS_ALLOW, because the addresses of issuers were entered by users. */
  fetch: typeof fetch;
  /** Public address of this server, without a slash at the end. */
  publicUrl: string;
}

const BODY_LIMIT_BYTES = 16 * 1024;

export const gitHubOidcRoutes: FastifyPluginAsyncTypebox<GitHubOidcRoutesOptions> = async (app, options) => {
  const { db, clock, fetch, publicUrl } = options;
  const verification = {
    keys: createIssuerKeys({ fetch, clock }),
    // Accept the issuers that any project trusts, so that the response to an unverified token says nothing about a single project.
    // GitHub's own issuer is always accepted, so that a workflow that no project trusts yet is told which ids to add.
    isTrustedIssuer: async (issuer: string) => issuer === GITHUB_ISSUER || (await isTrustedIssuer(db, issuer)),
    clock,
    publicUrl,
  };

  app.post(
    '/tokens/github-oidc',
    {
      bodyLimit: BODY_LIMIT_BYTES,
      schema: { body: GitHubIdToken, response: { 201: WorkflowToken } },
      config: {
        access: 'public',
        operation: {
          id: 'exchangeGitHubIdToken',
          tag: 'Tokens',
          summary: 'Create token for a workflow of a trusted repository',
          description: `A GitHub Actions workflow proves with its id token which repository it runs for, so it needs no stored secret. It gets a token for an hour, for one project, with the scopes ${workflowScopes.map((scope) => `\`${scope}\``).join(' and ')}. Each id token is accepted once.`,
          errors: [401, 403, 429, 502, 503],
        },
      },
    },
    async (request, reply) => {
      const { project_id, id_token } = request.body;
      const { token, row } = await exchangeIdToken(options, project_id, await verifyIdToken(id_token, verification));
      return reply.code(201).send(workflowTokenView(token, row));
    },
  );
};
