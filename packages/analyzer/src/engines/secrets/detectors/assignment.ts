import { type Candidate, type Detector, ranks, type SourceText } from '../detector.ts';
import { characterKinds, entropyOf, wordShareOf } from '../entropy.ts';
import { isHarmlessName } from '../harmless-names.ts';
import { isHarmlessValue } from '../harmless-values.ts';

/** Parts of names that usually hold secrets; the detector runs where one of them occurs. */
const anchors = [
  'passw',
  'passphrase',
  'secret',
  'token',
  'api_key',
  'apikey',
  'api-key',
  'access_key',
  'accesskey',
  'access-key',
  'auth_key',
  'authkey',
  'account_key',
  'accountkey',
  'private_key',
  'privatekey',
  'encryption_key',
  'encryptionkey',
  'signing_key',
  'signingkey',
  'master_key',
  'masterkey',
  'credential',
  '_pwd',
  'pwd=',
  '"pwd',
  'pass=',
  'pass =',
  'pass:',
  'pass"',
  "pass'",
] as const;

const MAX_NAME_LENGTH = 80;
const MAX_LINE_LENGTH = 3000;
const NAME_CHARACTER = /[\w$.-]/;

/**
 * Matches everything between a name and its value: a closing quote or bracket, a type, the operator. A comma counts
 * only after a quoted name, as in `define('PASSWORD', '…')`. `??` and `||` precede the default of a missing setting.
 */
const ASSIGNS =
  /(?:(?:\\?["'`])?\]?[ \t]{0,8}(?::[ \t]{0,4}(?:&(?:'static )?str|\??[Ss]tring)[ \t]{0,4}=|=>|:=|={1,3}|:|>|\?\?|\|\|)|\\?["'`](?:,|[ \t]+value[ \t]?=))[ \t]{0,40}/y;
const QUOTED = /(?:(?:new )?[\w.]{0,24}\()?[bruf@$]{0,2}(\\?["'`])([^\s"'`\\]{8,256})\1/y;

/**
 * Patterns for an unquoted value and for the text that must follow that value. They are separate because a single pattern would try every
 * length of a value that does not end.
 */
interface BareValue {
  value: RegExp;
  end: RegExp;
}
const ELEMENT: BareValue = { value: /[^\s<>"'&]{8,256}/y, end: /<\//y };
const UNQUOTED: BareValue = {
  value: /[^\s"'`,;<>(){}[\]&|]{8,256}/y,
  end: /[ \t]{0,20}(?:[#;]|\/\/|\r?$|\r?\n)/my,
};
const SHELL_VALUE: BareValue = { value: UNQUOTED.value, end: /[\s;&|]|$/y };
/** Pattern of a value in a list of settings within a string: `"Server=db;Password=…;"`. */
const SETTING: BareValue = { value: /[^\s"'`;<>]{8,128}/y, end: /[;"'`]/y };

/**
 * Detects `password = "…"`, `"api_key": "…"` and `SECRET=…`, if the value does not look like a word, a reference or an
 * example.
 */
export const assignmentDetector: Detector = {
  anchors,
  exact: false,
  detect(source, at): Candidate | undefined {
    if (source.generated) return undefined;
    const { text } = source;
    let end = at;
    while (end - at < MAX_NAME_LENGTH && NAME_CHARACTER.test(text.charAt(end))) end += 1;
    ASSIGNS.lastIndex = end;
    const operator = ASSIGNS.exec(text)?.[0];
    if (operator === undefined) return undefined;
    const found = valueAt(source, end + operator.length, operator);
    if (found === undefined) return undefined;
    let begin = at;
    while (at - begin < MAX_NAME_LENGTH && begin > 0 && NAME_CHARACTER.test(text.charAt(begin - 1))) begin -= 1;
    const name = text.slice(begin, end);
    if (name.length >= MAX_NAME_LENGTH || isHarmlessName(text.slice(begin, at), text.slice(at, end))) return undefined;
    const named = namedRule(name, found.value);
    const isPassword = /pass(?:w|phrase|$|[^a-z])|pwd/i.test(name);
    if (named === undefined && !isCredible(found.value, isPassword)) return undefined;
    if (isInLongLine(text, found.start)) return undefined;
    const bits = entropyOf(found.value) * found.value.length;
    return {
      rule: named ?? (isPassword ? 'password' : 'generic-secret'),
      start: found.start,
      end: found.start + found.value.length,
      severity: named === undefined ? 'high' : 'critical',
      rank: named === undefined ? ranks.assignment : ranks.issuer,
      guessable: isPassword || bits < 100,
    };
  },
};

function valueAt(source: SourceText, at: number, operator: string): { start: number; value: string } | undefined {
  const { text, language, unquoted } = source;
  QUOTED.lastIndex = at;
  const quoted = QUOTED.exec(text);
  const value = quoted?.[2];
  if (quoted !== null && value !== undefined) {
    return { start: at + quoted[0].lastIndexOf(value), value };
  }
  const bare = bareValue(operator, language, unquoted);
  if (bare === undefined) return undefined;
  bare.value.lastIndex = at;
  const match = bare.value.exec(text)?.[0];
  if (match === undefined) return undefined;
  bare.end.lastIndex = at + match.length;
  return bare.end.test(text) ? { start: at, value: match } : undefined;
}

function bareValue(operator: string, language: string | null, unquoted: boolean): BareValue | undefined {
  if (operator === '>') return ELEMENT;
  if (operator !== '=') return unquoted && !operator.includes(',') ? UNQUOTED : undefined;
  if (language === 'Shell' || language === 'Dockerfile' || language === 'Markdown') return SHELL_VALUE;
  return unquoted ? UNQUOTED : SETTING;
}

/** Recognizes values whose format, together with the name, belongs to one issuer that uses no prefix. */
function namedRule(name: string, value: string): string | undefined {
  if (isHarmlessValue(value) && !/^\//.test(value)) return undefined;
  if (/aws|secret_?access_?key/i.test(name) && /secret|access/i.test(name) && /^[A-Za-z0-9/+]{40}$/.test(value))
    return isHex(value) ? undefined : 'aws-secret-access-key';
  if (/twilio/i.test(name) && /^[0-9a-f]{32}$/.test(value)) return 'twilio-auth-token';
  if (/^[\w~.-]{3}\dQ~[\w~.-]{31,34}$/.test(value)) return 'azure-client-secret';
  const [snowflake = ''] = value.split('.');
  if (
    /^[MNO][\w-]{22,27}\.[\w-]{6}\.[\w-]{27,40}$/.test(value) &&
    /^\d{17,20}$/.test(Buffer.from(snowflake, 'base64').toString())
  ) {
    return 'discord-bot-token';
  }
  return undefined;
}

const isHex = (value: string): boolean => /^(?:[0-9a-f]+|[0-9A-F]+)$/.test(value);

function isCredible(value: string, isPassword: boolean): boolean {
  if (isHarmlessValue(value)) return false;
  const entropy = entropyOf(value);
  const words = wordShareOf(value);
  const kinds = characterKinds(value);
  if (isPassword && value.length < 20) {
    return /[A-Za-z]/.test(value) && /[^A-Za-z]/.test(value) && kinds >= 3 && entropy >= 2.7 && words < 0.65;
  }
  if (value.length < 16 || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  if (isHex(value)) return value.length >= 24 && entropy >= 3;
  return entropy >= 3.3 && words < 0.5 && kinds >= 2;
}

/** Recognizes minified code, which has one-letter names and literals without context. */
const isInLongLine = (text: string, at: number): boolean =>
  !text.slice(Math.max(0, at - MAX_LINE_LENGTH), at).includes('\n') && at > MAX_LINE_LENGTH
    ? true
    : !text.slice(at, at + MAX_LINE_LENGTH).includes('\n') && text.length - at > MAX_LINE_LENGTH;
