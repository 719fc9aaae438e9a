import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import {
  malformedToken,
  missingClaim,
  refusalOf,
  signatureAlgorithms,
  unknownIssuer,
  wrongAudience,
} from './id-token-refusal.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import { claimText, readWorkflowIdentity, type WorkflowIdentity } from './workflow-identity.ts';

export interface IdTokenVerification {
  keys: IssuerKeys;
  /** Returns true when the keys of this issuer may be requested. */
  isTrustedIssuer(issuer: string): Promise<boolean>;
  clock: { now(): Date };
  /** Without a slash at its end: what tokens must be meant for, with or without one. */
  publicUrl: string;
}

/** GitHub's clock often runs some seconds before that of others. */
const CLOCK_TOLERANCE_S = 60;
/** GitHub's live for minutes. It bounds how long used ones are remembered. */
const LONGEST_AGE_S = 3600;

/** A token that was verified, and how long it would be again: until then it must not be taken a second time. */
export interface VerifiedIdToken {
  identity: WorkflowIdentity;
  validUntil: Date;
}

/**
 * Checks an id token: issuer, signature, times, audience, and that it names a repository. Before the signature holds, nothing of the
 * token decides anything but which of the trusted issuers is asked for keys.
 * Throws ApiError 401 for a token that is not to be believed, 502 or 503 when the keys of its issuer cannot be read.
 */
export async function verifyIdToken(token: string, verification: IdTokenVerification): Promise<VerifiedIdToken> {
  const { keys, clock, publicUrl } = verification;
  const issuer = claimText(unverifiedClaims(token).iss);
  if (issuer === undefined || !(await verification.isTrustedIssuer(issuer))) throw unknownIssuer(issuer);
  const now = clock.now();
  let claims: JWTPayload;
  try {
    const verified = await jwtVerify(token, (header) => keys.find(issuer, header), {
      algorithms: signatureAlgorithms,
      issuer,
      requiredClaims: ['exp', 'jti', 'aud'],
      maxTokenAge: LONGEST_AGE_S,
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: now,
    });
    claims = verified.payload;
  } catch (error) {
    throw refusalOf(error, now);
  }
  // The token must have exactly one audience: a token that is meant for others too could have been sent on by one of them.
  if (claims.aud !== publicUrl && claims.aud !== `${publicUrl}/`) throw wrongAudience(claims.aud, publicUrl);
  const read = readWorkflowIdentity(claims);
  if ('missing' in read) throw missingClaim(read.missing);
  const { iat = 0, exp = 0 } = claims;
  const validUntil = new Date((Math.min(exp, iat + LONGEST_AGE_S) + CLOCK_TOLERANCE_S) * 1000);
  return { identity: read.identity, validUntil };
}

function unverifiedClaims(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch (error) {
    if (error instanceof errors.JOSEError) throw malformedToken();
    throw error;
  }
}
