import { entropyOf, hasCharacterRun, wordShareOf } from './entropy.ts';

const STAND_IN =
  /example|placeholder|dummy|change.?me|change.?it|replace.?(?:me|with|this)|redacted|censored|your.?(?:api|key|token|secret|password|own)|insert.?(?:your|here)|not.?a.?(?:real|secret)|fake|mocked?|foobar|lorem|ipsum|deadbeef|cafebabe|c0ffee|qwerty|asdfgh|x{4,}|\*{3,}|\.{3,}|0{6,}|(.)\1{6,}|0123456|1234567|abcdef/i;

/**
 * Recognizes placeholders such as `AKIAIOSFODNN7EXAMPLE`, `changeme` and `xxxx`. Use it for tokens that are otherwise
 * random.
 */
export const isPlaceholder = (secret: string): boolean =>
  STAND_IN.test(secret) || hasCharacterRun(secret) || entropyOf(secret) < 2.5 || wordShareOf(secret) > 0.5;

/** References to a secret stored elsewhere, templates and code. */
const REFERENCE = new RegExp(
  [
    /^[$%@]/,
    /\$\{|\$\(|\{\{|\}\}|<%|#\{|%\(|%[sdv]\b|\{\d*\}|\{[A-Za-z_][\w.]*\}/,
    /^<.*>$|^\[.*\]$|^\(.*\)$|^__.*__$/,
    /process\.env|import\.meta|os\.environ|getenv|ENV\[|(?:^|\W)(?:secrets|vars|env|var|local|data|module|config|settings|self|this)\.[A-Za-z_]/,
    /^(?:env|vault|ssm|op|arn|file|https?|s3|gs|kms|sm|awssm|azure|ref|refs|secret|secrets|projects|data|urn|sops|ENC|enc)[:/]/,
    /^(?:\/|\.{1,2}\/|~\/|[A-Za-z]:\\)/,
    /^[\w.-]+(?:\/[\w.-]+)*\.(?:[cm]?[jt]sx?|json|ya?ml|toml|pem|key|txt|crt|cert?|py|go|html?|s?css|md|svg|png|rb|php|java|cs|xml|sh|env|properties|conf|vue|rs|kt|swift)$/,
    /:\/\/|^www\./,
    /^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/,
    /=>|&&|\|\||::|->|\(\)|;$/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

/** Values that are public by design, or hashes that do not reveal a secret. */
const HARMLESS = new RegExp(
  [
    /^(?:sha\d+|md5)[-:=]/,
    /^\$(?:2[abxy]|5|6|argon2|scrypt|pbkdf2)/,
    /^(?:pbkdf2|bcrypt|argon2|scrypt|\{SSHA)/,
    /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
    /^cct_|^ssh-|^ecdsa-|^-----|^data:|^MI[IGH][A-Za-z0-9]|^pk_|^pub/,
    /^\d{4}-\d\d-\d\d|^v?\d+(?:\.\d+){1,3}(?:[-+].*)?$|^[\d.,:_/-]+$/,
    /^#[0-9a-f]{3,8}$|^[.#][A-Za-z][\w-]*$|^\[/,
    /^(?:[a-z]+\d?[-_.:/])+(?:[a-z]+\d?|\d{1,4})$/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
);

/** Words in values that people use in examples and test setups. */
const WEAK =
  /passw|secret|token|api.?key|credential|test|sample|default|admin|hunter2|letmein|welcome|temp|todo|none|null|undefined|true|false|abc123|123456|foo|bar/i;

/** Returns whether the value of a setting like `password` is visibly not a secret. */
export function isHarmlessValue(value: string): boolean {
  return (
    REFERENCE.test(value) ||
    HARMLESS.test(value) ||
    WEAK.test(value) ||
    isDefaultPassword(value) ||
    isPlaceholder(value)
  );
}

export const isReference = (value: string): boolean => REFERENCE.test(value);

const DEFAULT_PASSWORDS = new Set(
  'password passwd pass pw pwd secret admin root user username test guest postgres mysql mongo redis rabbitmq docker dev local changeme example demo sa app me default db database hidden token key oauth2 x-oauth-basic'.split(
    ' ',
  ),
);

/** Recognizes default passwords of programs and tutorials. */
export const isDefaultPassword = (password: string): boolean =>
  DEFAULT_PASSWORDS.has(password.toLowerCase()) ||
  /^(?:(.)\1*|p[a@4][s5$]{2}w[o0]rd\d*!?|pass\d*|secret\d*|\d{1,8})$/i.test(password);
