import { verify } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '../errors.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { World } from '../state/world.ts';
import type { Credential } from './context.ts';

const maximumJwtLifeSeconds = 600;
/** Seconds by which the times in an app's JWT may be in the future, because GitHub tolerates clocks that are slightly ahead. */
const clockToleranceSeconds = 60;

/** Returns the credential in `Authorization: Bearer|token …` or the password of Basic authentication; empty if there is none. */
export function credentialText(headers: IncomingHttpHeaders): string {
  const [scheme = '', value = ''] = (headers.authorization ?? '').split(' ', 2);
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (/^basic$/i.test(scheme)) return Buffer.from(value, 'base64').toString('utf8').split(':').slice(1).join(':');
  return '';
}

/** Returns the identity for a credential. Throws 401 for an unknown, expired or revoked token and for an invalid JWT. */
export function authenticate(world: World, text: string): Credential {
  if (text === '') return { kind: 'anonymous' };
  if (text.split('.').length === 3) return { kind: 'app', appId: verifyJwt(world, text) };
  const token = world.tokens.get(text);
  const isInvalid =
    token === undefined || token.revoked || (token.expiresAt !== null && token.expiresAt <= world.now());
  if (isInvalid) throw new ApiError(401, 'Bad credentials');
  if (token.installation?.suspendedAt != null) throw new ApiError(403, 'This installation has been suspended');
  return { kind: 'token', token };
}

function decode(part: string): JsonObject {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (isObject(value)) return value;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new ApiError(401, 'A JSON web token could not be decoded');
}

/** Verifies an app's JWT (RS256) and returns the id of the app. */
function verifyJwt(world: World, jwt: string): number {
  const [header = '', claims = '', signature = ''] = jwt.split('.');
  const { alg } = decode(header);
  const { iss, iat, exp } = decode(claims);
  const app = [...world.apps.values()].find((candidate) =>
    [String(candidate.id), candidate.clientId].includes(String(iss)),
  );
  if (app === undefined || alg !== 'RS256') throw new ApiError(401, 'A JSON web token could not be decoded');
  const now = world.now() / 1000;
  if (typeof exp !== 'number' || exp <= now) {
    throw new ApiError(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (exp > now + maximumJwtLifeSeconds) {
    throw new ApiError(401, "'Expiration time' claim ('exp') is too far in the future");
  }
  if (typeof iat !== 'number' || iat > now + clockToleranceSeconds) {
    throw new ApiError(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  const isVerified = verify(
    'RSA-SHA256',
    Buffer.from(`${header}.${claims}`),
    app.publicKey,
    Buffer.from(signature, 'base64url'),
  );
  if (!isVerified) throw new ApiError(401, 'A JSON web token could not be decoded');
  return app.id;
}
