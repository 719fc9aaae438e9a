import { generateKeyPairSync, sign as signBytes } from 'node:crypto';

export interface AppKey {
  /** Private key of the app as PEM (PKCS 8). */
  readonly privateKey: string;
  /** Signs a JWT (RS256) with these claims. */
  sign(claims: Record<string, unknown>): string;
  /** Returns a JWT that authenticates an app with this id for nine minutes. */
  jwt(appId: string): string;
}

/** Creates the key of a GitHub App. */
export function newApp(): AppKey {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const sign = (claims: Record<string, unknown>): string => {
    const signed = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
    return `${signed}.${signBytes('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`;
  };
  return {
    privateKey,
    sign,
    jwt: (appId) => {
      const now = Math.floor(Date.now() / 1000);
      return sign({ iss: appId, iat: now - 30, exp: now + 540 });
    },
  };
}
