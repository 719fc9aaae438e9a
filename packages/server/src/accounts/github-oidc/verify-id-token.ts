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
  /** Public address of this server, without a slash at the end. The audience of a token must be this address, with or without a slash. */
  publicUrl: string;
}

/** Tolerated difference of clocks in seconds. GitHub's clock is often some seconds ahead of others. */
const CLOCK_TOLERANCE_S = 60;
/** Greatest accepted age of an id token in seconds; those of GitHub live for minutes. It limits how long used tokens must be remembered. */
const LONGEST_AGE_S = 3600;

/** A verified id token, with the time until which it would be accepted again and therefore must be remembered as used. */
export interface VerifiedIdToken {
  identity: WorkflowIdentity;
  validUntil: Date;
}

/**
 * Verifies an id token: issuer, signature, times, audience, and that it names a repository. Until the signature is verified, the token's
 * content decides only which of the trusted issuers is asked for keys.
 * Throws ApiError 401 for a token that fails verification, and 502 or 503 when the keys of its issuer cannot be read.
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
  // The token must have this server as its only audience: another audience that received the token could have forwarded it.
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
