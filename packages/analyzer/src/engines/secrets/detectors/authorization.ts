import { type Candidate, type Detector, ranks } from '../detector.ts';
import { entropyOf } from '../entropy.ts';
import { isDefaultPassword, isHarmlessValue } from '../harmless-values.ts';

const VALUE = /(?:bearer|basic|token)[ ]{1,2}([A-Za-z0-9._~+/=-]{16,2000})/iy;
const CONTEXT = 40;
const MIN_ENTROPY = 3.3;

/** Detects values of `Authorization` headers: `Bearer …` anywhere, other schemes only after the header's name. */
export const authorizationDetector: Detector = {
  anchors: ['bearer ', 'basic ', 'token '],
  exact: false,
  detect({ text }, at, anchor): Candidate | undefined {
    VALUE.lastIndex = at;
    const match = VALUE.exec(text);
    const value = match?.[1];
    if (match === null || value === undefined) return undefined;
    const start = at + match[0].length - value.length;
    const found = { start, end: start + value.length, severity: 'high', rank: ranks.assignment } as const;
    const named = /authorization/i.test(text.slice(Math.max(0, at - CONTEXT), at));
    if (anchor !== 'bearer ' && !named) return undefined;
    if (anchor === 'basic ') {
      if (!isBasic(value)) return undefined;
      return { ...found, rule: 'basic-authorization', guessable: true };
    }
    if (value.length < 20 || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return undefined;
    if (entropyOf(value) < MIN_ENTROPY || isHarmlessValue(value)) return undefined;
    return { ...found, rule: 'bearer-token', guessable: false };
  },
};

/** Returns true if the text is base64 of user and password: https://www.rfc-editor.org/rfc/rfc7617 */
function isBasic(value: string): boolean {
  const [user = '', ...rest] = Buffer.from(value, 'base64').toString().split(':');
  const password = rest.join(':');
  if (password.length < 6 || !/^[\x20-\x7e]+$/.test(user + password)) return false;
  return password !== user && !isDefaultPassword(password) && !isHarmlessValue(password) && !/^aladdin$/i.test(user);
}
