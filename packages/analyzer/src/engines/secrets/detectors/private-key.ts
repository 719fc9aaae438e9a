import type { Severity } from '../../../severity.ts';
import { type Candidate, type Detector, ranks } from '../detector.ts';
import { entropyOf, wordShareOf } from '../entropy.ts';
import { isPlaceholder } from '../harmless-values.ts';

const MAX_LABEL_LENGTH = 40;
const MAX_KEY_LENGTH = 20_000;
/** An Ed25519 key in PKCS #8 has 64 characters; shorter texts are truncated or examples. */
const MIN_BODY = 60;
const MAX_JWK_LENGTH = 4000;
const JWK_BEFORE = 2000;
const MIN_ENTROPY = 4;
const BASE64 = /^[A-Za-z0-9+/=]+$/;

/** Detects private keys in PEM format, also in a string with escaped `\n`: https://www.rfc-editor.org/rfc/rfc7468 */
export const pemDetector: Detector = {
  anchors: ['PRIVATE KEY'],
  exact: true,
  detect({ text }, at): Candidate | undefined {
    const before = text.slice(Math.max(0, at - MAX_LABEL_LENGTH), at);
    const label = /-----BEGIN ([A-Z0-9 ]*)$/.exec(before)?.[1];
    const opening = /^PRIVATE KEY(?: BLOCK)?-----/.exec(text.slice(at, at + MAX_LABEL_LENGTH))?.[0];
    if (label === undefined || opening === undefined) return undefined;
    const key = readKey(text, at + opening.length);
    if (key === undefined) return undefined;
    const start = at - label.length - '-----BEGIN '.length;
    return {
      rule: isServiceAccount(text, start) ? 'gcp-service-account-key' : ruleOf(label.trim()),
      start,
      end: key.end,
      value: key.body,
      severity: severityOf(label.trim(), key),
      rank: ranks.issuer,
      guessable: false,
    };
  },
};

interface KeyText {
  /** The key's base64 without the string syntax around it. */
  body: string;
  end: number;
  /** True if a header of the key declares encryption. */
  encrypted: boolean;
  /** True if the key's end marker was found. */
  whole: boolean;
}

const LINE = /([^\r\n\\]{0,20000})(?:\\r|\\n|[\r\n])*(\\(?![rn]))?/y;

/** Reads the key line by line until a line that cannot belong to it; returns undefined if there is no key. */
function readKey(text: string, from: number): KeyText | undefined {
  let body = '';
  let encrypted = false;
  let whole = false;
  let at = from;
  let end = from;
  while (at < text.length && at - from < MAX_KEY_LENGTH) {
    LINE.lastIndex = at;
    const [line = '', content = ''] = LINE.exec(text) ?? [];
    if (line === '') break;
    at += line.length;
    const close = content.indexOf('-----END');
    whole = close >= 0;
    const bare = (whole ? content.slice(0, close) : content)
      .replace(/^[\s"'`+.,;#*>]+/, '')
      .replace(/[\s"'`+,;()]{1,40}$/, '');
    if (/^[A-Za-z-]{4,20}: /.test(bare)) {
      // Headers are `Proc-Type: 4,ENCRYPTED` or `Version: GnuPG v2`.
      encrypted ||= bare.includes('ENCRYPTED');
    } else if (bare !== '') {
      // Some keys are stored in one line, with spaces instead of line breaks.
      const parts = bare.split(' ');
      if (!parts.every((part) => BASE64.test(part) && (parts.length === 1 || part.length >= 16))) break;
      body += parts.join('');
      end = at;
    }
    if (whole) break;
  }
  if (body.length < MIN_BODY || entropyOf(body) < MIN_ENTROPY) return undefined;
  if (/x{6}/i.test(body) || wordShareOf(body) > 0.5) return undefined;
  return { body, end: whole ? at : end, encrypted, whole };
}

function ruleOf(label: string): string {
  if (label === 'OPENSSH') return 'ssh-private-key';
  return label === 'PGP' ? 'pgp-private-key' : 'private-key';
}

function severityOf(label: string, { body, encrypted, whole }: KeyText): Severity {
  if (label === 'ENCRYPTED' || label === 'PGP' || encrypted) return 'high';
  if (label === 'OPENSSH') {
    // Header of an OpenSSH key: magic, NUL, length and name of the cipher.
    // https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
    const header = Buffer.from(body.slice(0, 100), 'base64').toString('latin1');
    if (header.startsWith('openssh-key-v1\0') && !header.slice(15, 40).includes('none')) return 'high';
  }
  return whole ? 'critical' : 'high';
}

/**
 * Recognizes the JSON object of a service account around the key:
 * https://docs.cloud.google.com/iam/docs/keys-create-delete
 */
function isServiceAccount(text: string, at: number): boolean {
  const around = text.slice(Math.max(0, at - 2000), at + 6000);
  return around.includes('service_account') && around.includes('private_key_id');
}

/** Detects PEM that is encoded in base64 once more, as for environment variables. */
export const encodedPemDetector: Detector = {
  anchors: ['LS0tLS1CRUdJTi'],
  exact: true,
  detect({ text }, at): Candidate | undefined {
    // A match in the middle of a longer base64 text is not the beginning of a key.
    if (/[A-Za-z0-9+/]/.test(text.charAt(at - 1))) return undefined;
    const encoded = /[A-Za-z0-9+/]{80,16000}/y;
    encoded.lastIndex = at;
    const secret = encoded.exec(text)?.[0];
    if (secret === undefined) return undefined;
    const decoded = Buffer.from(secret, 'base64').toString('latin1');
    const inner = pemDetector.detect(
      { text: decoded, name: '', language: null, unquoted: false, generated: false },
      decoded.indexOf('PRIVATE KEY'),
      '',
    );
    return inner && { ...inner, start: at, end: at + secret.length };
  },
};

/** Detects keys in PuTTY's format: https://tartarus.org/~simon/putty-snapshots/htmldoc/AppendixC.html */
export const puttyKeyDetector: Detector = {
  anchors: ['PuTTY-User-Key-File-'],
  exact: true,
  detect({ text }, at): Candidate | undefined {
    const [content = ''] = text.slice(at + 1, at + MAX_KEY_LENGTH).split('PuTTY-User-Key-File-', 1);
    const lines = /\nPrivate-Lines: \d+\r?\n([A-Za-z0-9+/=\s]{60,})/.exec(content)?.[1];
    if (lines === undefined || entropyOf(lines) < MIN_ENTROPY) return undefined;
    return {
      rule: 'putty-private-key',
      start: at,
      end: at + 1 + content.indexOf(lines) + lines.trimEnd().length,
      value: lines.replace(/\s/g, ''),
      severity: /^Encryption: none\r?$/m.test(content) ? 'critical' : 'high',
      rank: ranks.issuer,
      guessable: false,
    };
  },
};

/** Detects private JSON Web Keys, which have `d` next to `kty`: https://www.rfc-editor.org/rfc/rfc7517 */
export const jwkDetector: Detector = {
  anchors: ['"kty"'],
  exact: true,
  detect({ text }, at): Candidate | undefined {
    const open = text.slice(Math.max(0, at - JWK_BEFORE), at).lastIndexOf('{');
    const window = text.slice(at, at + MAX_JWK_LENGTH);
    if (open < 0 || !text.slice(Math.max(0, at - JWK_BEFORE), at + MAX_JWK_LENGTH).includes('"d"')) return undefined;
    const from = Math.max(0, at - JWK_BEFORE) + open;
    const close = window.indexOf('}');
    const object = text.slice(from, close < 0 ? at + window.length : at + close);
    const found = /"d"\s*:\s*"([\w-]{40,2000})"/.exec(object);
    const secret = found?.[1];
    if (found === null || secret === undefined || isPlaceholder(secret)) return undefined;
    const start = from + found.index + found[0].lastIndexOf(secret);
    return {
      rule: 'private-jwk',
      start,
      end: start + secret.length,
      severity: 'critical',
      rank: ranks.issuer,
      guessable: false,
    };
  },
};
