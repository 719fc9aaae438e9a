import { type Candidate, type Detector, ranks } from '../detector.ts';
import { isBoundary } from './token-format.ts';

const TOKEN = /eyJ[\w-]{10,1000}\.(eyJ[\w-]{6,4000})\.([\w-]{20,1500})/y;

/**
 * Detects signed JSON Web Tokens with claims: https://www.rfc-editor.org/rfc/rfc7519. The first member of the header
 * determines the first characters.
 */
export const jwtDetector: Detector = {
  // Base64 of JSON headers that begin with {"alg, {"typ, {"kid, {"enc, {"jku, {"x5t or {"cty.
  anchors: ['eyJh', 'eyJ0', 'eyJr', 'eyJl', 'eyJq', 'eyJ4', 'eyJj'],
  exact: true,
  detect({ text }, at): Candidate | undefined {
    if (!isBoundary(text, at)) return undefined;
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const [token, payload = '', signature = ''] = match;
    const header = objectOf(token.slice(0, token.indexOf('.')));
    const claims = objectOf(payload);
    if (header === undefined || claims === undefined || typeof header.alg !== 'string' || header.alg === 'none')
      return undefined;
    if (isExample(claims) || /^(.)\1+$|signature/i.test(signature)) return undefined;
    const candidate: Candidate = {
      rule: 'json-web-token',
      start: at,
      end: at + token.length,
      severity: claims.role === 'anon' ? 'low' : 'high',
      rank: ranks.format,
      guessable: false,
    };
    if (typeof claims.exp === 'number' && Number.isFinite(claims.exp)) candidate.expires = claims.exp;
    return candidate;
  },
};

/** Recognizes the example of jwt.io, which is copied everywhere. */
const isExample = ({ sub, name }: Record<string, unknown>): boolean => sub === '1234567890' || name === 'John Doe';

function objectOf(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // Parsing fails if this part of the token is not a JSON object in base64.
    return undefined;
  }
}
