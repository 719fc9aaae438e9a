import type { Scope } from '../scope.ts';

/** Issuer of the id tokens of github.com. A GitHub Enterprise Server has the issuer `https://HOST/_services/token`. */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/**
 * Returns the API host of the GitHub that an issuer signs for, in the form that identities use: `api.github.com`, `api.acme.ghe.com`,
 * `ghe.example:8443`. The ids in the issuer's tokens are ids of this host.
 */
export function hostOfIssuer(issuer: string): string {
  const { host } = new URL(issuer);
  if (host === new URL(GITHUB_ISSUER).host) return 'api.github.com';
  const tenant = /^token\.actions\.([^.]+\.ghe\.com)$/.exec(host)?.[1];
  return tenant === undefined ? host : `api.${tenant}`;
}

/** Scopes of a workflow's token, with which it requests analyses of its own trusted repository and reads them. */
export const workflowScopes = ['jobs:create', 'jobs:read'] as const satisfies readonly Scope[];

/**
 * The repository and the workflow run that an id token speaks for. Only the ids identify the repository: GitHub never reuses an id, but
 * somebody else may take over a name.
 */
export interface WorkflowIdentity {
  issuer: string;
  /** Unique id of the token, from its claim `jti`. */
  tokenId: string;
  repositoryId: number;
  ownerId: number;
  /** Name of the repository as `owner/repo`; null when the token has no name that can be displayed. */
  repository: string | null;
  /** Claims that describe the workflow run, for the audit log: those of `runClaims` that the token has. */
  run: Readonly<Record<string, string>>;
}

const runClaims = ['run_id', 'run_attempt', 'event_name', 'workflow_ref', 'ref', 'sha', 'actor', 'actor_id'] as const;

/** Matches text that can be stored and displayed: at most 255 characters, without control characters. */
const TEXT = /^\P{C}{1,255}$/u;
const ID = /^[1-9]\d{0,15}$/;
const REPOSITORY = /^[\p{L}\p{N}._-]{1,100}\/[\p{L}\p{N}._-]{1,100}$/u;

/**
 * Reads the claims of a verified id token. `missing` names the first required claim that is absent or invalid. Ids are decimal text in
 * these tokens: https://docs.github.com/actions/reference/security/oidc
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

/** Returns a claim that is text which can be stored and displayed, and undefined for any other value. */
export const claimText = (claim: unknown): string | undefined =>
  typeof claim === 'string' && TEXT.test(claim) ? claim : undefined;

const claimId = (claim: unknown): number | undefined =>
  typeof claim === 'string' && ID.test(claim) && Number.isSafeInteger(Number(claim)) ? Number(claim) : undefined;

/** Returns the repository's name, or `repository ID` when the token has no name. */
export const repositoryInWords = ({ repository, repositoryId }: WorkflowIdentity): string =>
  repository ?? `repository ${repositoryId}`;

const RUN_ID = /^\d{1,20}$/;

/** Returns the name of the API token for a workflow run. History and audit log show it as the author of changes. */
export function workflowTokenName(identity: WorkflowIdentity): string {
  const { run_id = '' } = identity.run;
  const name = `GitHub Actions of ${repositoryInWords(identity)}`;
  // A token's name has at most 200 characters, and each half of a repository's name may have 100.
  return RUN_ID.test(run_id) ? `${name.slice(0, 170)} (run ${run_id})` : name.slice(0, 200);
}
