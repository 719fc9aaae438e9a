import type { Scope } from '../scope.ts';

/** Issuer of github.com. A GitHub Enterprise Server has `https://HOST/_services/token`. */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/**
 * The host of the API of the GitHub that an issuer signs for, as it stands in identities: `api.github.com`, `api.acme.ghe.com`,
 * `ghe.example:8443`. The ids that the issuer signs are those of this host.
 */
export function hostOfIssuer(issuer: string): string {
  const { host } = new URL(issuer);
  if (host === new URL(GITHUB_ISSUER).host) return 'api.github.com';
  const tenant = /^token\.actions\.([^.]+\.ghe\.com)$/.exec(host)?.[1];
  return tenant === undefined ? host : `api.${tenant}`;
}

/** Scopes of a token for a workflow: it requests analyses of its own trusted repository and reads them. */
export const workflowScopes = ['jobs:create', 'jobs:read'] as const satisfies readonly Scope[];

/** Which run of which repository an id token speaks for. Only the ids say who it is: names can be taken over, ids are never given again. */
export interface WorkflowIdentity {
  issuer: string;
  /** The token's own id, `jti`. */
  tokenId: string;
  repositoryId: number;
  ownerId: number;
  /** `owner/repo`; null where the token has none that can be shown. */
  repository: string | null;
  /** Which run it was, for audit: those of `runClaims` that the token has. */
  run: Readonly<Record<string, string>>;
}

const runClaims = ['run_id', 'run_attempt', 'event_name', 'workflow_ref', 'ref', 'sha', 'actor', 'actor_id'] as const;

/** Text that can be stored and shown: no control characters, at most 255 characters. */
const TEXT = /^\P{C}{1,255}$/u;
const ID = /^[1-9]\d{0,15}$/;
const REPOSITORY = /^[\p{L}\p{N}._-]{1,100}\/[\p{L}\p{N}._-]{1,100}$/u;

/**
 * Reads the claims of a verified id token; `missing` names the first one that is not there or cannot be what it should.
 * Source: https://docs.github.com/actions/reference/security/oidc (ids are decimal text there).
 */
export function readWorkflowIdentity(
  claims: Readonly<Record<string, unknown>>,
): { identity: WorkflowIdentity } | { missing: string } {
  const issuer = claimText(claims.iss);
  if (issuer === undefined) return { missing: 'iss' };
  const tokenId = claimText(claims.jti);
  if (tokenId === undefined) return { missing: 'jti' };
  const repositoryId = claimId(claims.repository_id);
  if (repositoryId === undefined) return { missing: 'repository_id' };
  const ownerId = claimId(claims.repository_owner_id);
  if (ownerId === undefined) return { missing: 'repository_owner_id' };
  const repository = claimText(claims.repository);
  const run = runClaims.flatMap((name) => {
    const text = claimText(claims[name]);
    return text === undefined ? [] : [[name, text]];
  });
  return {
    identity: {
      issuer,
      tokenId,
      repositoryId,
      ownerId,
      repository: repository !== undefined && REPOSITORY.test(repository) ? repository : null,
      run: Object.fromEntries(run),
    },
  };
}

/** A claim as text that can be kept and shown; undefined for everything else. */
export const claimText = (claim: unknown): string | undefined =>
  typeof claim === 'string' && TEXT.test(claim) ? claim : undefined;

const claimId = (claim: unknown): number | undefined =>
  typeof claim === 'string' && ID.test(claim) && Number.isSafeInteger(Number(claim)) ? Number(claim) : undefined;

/** Returns the repository's name, or its id when the token does not hold the name. */
export const repositoryInWords = ({ repository, repositoryId }: WorkflowIdentity): string =>
  repository ?? `repository ${repositoryId}`;

const RUN_ID = /^\d{1,20}$/;

/** The name of the API token that such a run gets: who did it, in history and audit. */
export function workflowTokenName(identity: WorkflowIdentity): string {
  const { run_id = '' } = identity.run;
  const name = `GitHub Actions of ${repositoryInWords(identity)}`;
  // 200 characters are the most a name has; both halves of a repository's name may have 100.
  return RUN_ID.test(run_id) ? `${name.slice(0, 170)} (run ${run_id})` : name.slice(0, 200);
}
