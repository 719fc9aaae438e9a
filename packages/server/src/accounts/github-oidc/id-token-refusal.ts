import { errors } from 'jose';
import { type ApiError, unauthorized } from '../../errors.ts';

/** Signature algorithms that are accepted for id tokens. All are asymmetric: with `none` or a shared secret anybody could sign. */
export const signatureAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'];

export const malformedToken = (): ApiError =>
  unauthorized(
    "This is not an id token of GitHub's OIDC: it must be a signed JSON Web Token, as `core.getIDToken()` gives it.",
    'id_token.malformed',
  );

export const unknownIssuer = (issuer: string | undefined): ApiError =>
  unauthorized(
    issuer === undefined
      ? 'The id token does not say who issued it.'
      : `No project here trusts a repository of the issuer ${issuer}. Add one with POST /api/v1/projects/{id}/trusted-repositories {"repository_id": …, "owner_id": …, "issuer": ${JSON.stringify(issuer)}}.`,
    'id_token.issuer_unknown',
  );

export const missingClaim = (claim: string): ApiError =>
  unauthorized(
    `The id token has no usable claim "${claim}". GitHub's have it; a GitHub Enterprise Server may have to be updated.`,
    'id_token.claim_missing',
  );

export function wrongAudience(found: unknown, expected: string): ApiError {
  const shown = typeof found === 'string' ? JSON.stringify(found.slice(0, 255)) : 'several audiences or none';
  return unauthorized(
    `The id token is for ${shown}, not for this server. Ask GitHub for one with the audience "${expected}", which is the PUBLIC_URL of this server; where workflows reach it by another address, set PUBLIC_URL to that.`,
    'id_token.audience_wrong',
  );
}

/** Converts jose's verification errors into errors that say how to fix the token. Other errors are thrown unchanged. */
export function refusalOf(error: unknown, now: Date): ApiError {
  if (!(error instanceof errors.JOSEError)) throw error;
  if (error instanceof errors.JWTExpired) {
    const { exp } = error.payload;
    const when = typeof exp === 'number' && exp * 1000 <= now.getTime() ? ` at ${shownTime(exp)}` : '';
    return unauthorized(
      `The id token expired${when}; it is ${now.toISOString()} here. Ask GitHub for a new one right before it is used.`,
      'id_token.expired',
    );
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'check_failed' && (error.claim === 'nbf' || error.claim === 'iat')) {
      return unauthorized(
        `The id token is not valid yet: its ${error.claim} is ${shownTime(error.payload[error.claim])}, and it is ${now.toISOString()} here. One of the two clocks is wrong.`,
        'id_token.not_yet_valid',
      );
    }
    return missingClaim(error.claim);
  }
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) {
    return badSignature(`it must be signed with one of ${signatureAlgorithms.join(', ')}`);
  }
  if (error instanceof errors.JWKSNoMatchingKey) {
    return badSignature('its issuer publishes no key of that name. One that was made just now may take half a minute');
  }
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSMultipleMatchingKeys) {
    return badSignature('it was not signed with the key of its issuer that it names');
  }
  return malformedToken();
}

const badSignature = (why: string): ApiError =>
  unauthorized(`The signature of the id token does not hold: ${why}.`, 'id_token.signature_invalid');

function shownTime(seconds: unknown): string {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? 'no time' : date.toISOString();
}
