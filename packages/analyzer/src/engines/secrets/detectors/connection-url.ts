import type { Severity } from '../../../severity.ts';
import { type Candidate, type Detector, ranks } from '../detector.ts';
import { characterKinds, entropyOf, wordShareOf } from '../entropy.ts';
import { isDefaultPassword, isPlaceholder, isReference } from '../harmless-values.ts';

const USER_INFO = /:\/\/([^\s:/@?#"'`<>\\(){}[\]$%,;|]{0,100}):([^\s/@"'`<>]{1,200})@([A-Za-z0-9.-]{1,253})/y;
const MAX_SCHEME_LENGTH = 24;
const MAX_USER_INFO_LENGTH = 320;
const ANCHOR = 's://'.length;
const DATABASE =
  /(?:^|[^a-z])(?:postgres(?:ql)?|mysqlx?|mariadb|mongodb(?:\+srv)?|rediss?|valkeys?|amqps?|mssql|sqlserver|clickhouse|cockroach(?:db)?|nats|couchdb|neo4j|ldaps?|smtps?)$/i;
const WEB = /(?:^|[^a-z])(?:https?|ftps?|sftp|ssh|git\+https?|wss?)$/i;
const LOCAL_HOST =
  /^(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|host\.docker\.internal|[^.]+|.*\.(?:local|test|localhost))$/i;
/** Reserved names that nobody can register: https://www.rfc-editor.org/rfc/rfc2606 */
const EXAMPLE_HOST = /(?:^|\.)(?:example\.(?:com|org|net|edu)|example|invalid|test)$/i;

/** Detects a password in a URL: `postgres://app:password@db.example.net/app`. */
export const connectionUrlDetector: Detector = {
  // Anchors include the last letter of the scheme, because the search needs at least four characters.
  anchors: ['s://', 'l://', 'p://', 'b://', 'v://', 'r://', 'e://', 'x://', 'j://', 'h://'],
  exact: true,
  mayMatchAt(bytes, at) {
    // Most URLs have a slash, a quote or a space before any `@`.
    for (let i = at + ANCHOR; i < bytes.length && i - at < MAX_USER_INFO_LENGTH; i += 1) {
      const byte = bytes[i] ?? 0;
      if (byte === 0x40) return true;
      if (byte === 0x2f || byte === 0x22 || byte === 0x27 || byte <= 0x20) return false;
    }
    return false;
  },
  detect({ text }, at): Candidate | undefined {
    USER_INFO.lastIndex = at + 1;
    const match = USER_INFO.exec(text);
    if (match === null) return undefined;
    const scheme =
      /[A-Za-z][A-Za-z0-9+]*$/.exec(text.slice(Math.max(0, at + 1 - MAX_SCHEME_LENGTH), at + 1))?.[0] ?? '';
    const isDatabase = DATABASE.test(scheme);
    if (!isDatabase && !WEB.test(scheme)) return undefined;
    const [whole, user = '', encoded = '', host = ''] = match;
    const password = decoded(encoded);
    if (isReference(password) || isTemplate(encoded) || isDefaultPassword(password)) return undefined;
    if (password.toLowerCase() === user.toLowerCase() || password.length < 4) return undefined;
    const severity = severityOf(password, host, isDatabase);
    if (severity === undefined) return undefined;
    const end = at + 1 + whole.length - host.length - 1;
    return {
      rule: isDatabase ? 'connection-url' : 'url-password',
      start: end - encoded.length,
      end,
      severity,
      rank: ranks.format,
      guessable: true,
    };
  },
};

const isTemplate = (password: string): boolean =>
  /[${}%*<>[\]()|]|\.\.\.|^:|^_+$/.test(password.replace(/%[0-9A-Fa-f]{2}/g, ''));

function decoded(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    // Decoding fails if the password is not encoded and contains a percent sign.
    return password;
  }
}

function severityOf(password: string, host: string, isDatabase: boolean): Severity | undefined {
  const random =
    password.length >= 8 &&
    characterKinds(password) >= 2 &&
    entropyOf(password) >= 2.7 &&
    wordShareOf(password) < 0.65 &&
    !isPlaceholder(password);
  const local = LOCAL_HOST.test(host);
  if (!random) return local || EXAMPLE_HOST.test(host) ? undefined : 'medium';
  if (local || EXAMPLE_HOST.test(host)) return 'medium';
  return isDatabase ? 'critical' : 'high';
}
