import { basename } from 'node:path';
import type { FileInspector } from '../../engine.ts';
import { lineLookup } from '../../line-lookup.ts';
import { type Severity, severities } from '../../severity.ts';
import type { Candidate, SourceText } from './detector.ts';
import { detectors } from './detectors/detectors.ts';
import { lintSecrets, secretlintAnchors } from './detectors/secretlint.ts';
import { isKeyStore } from './key-store.ts';
import { createLiteralScanner } from './literal-scanner.ts';
import { keepMostSpecific, mergeAwsKeyPairs } from './resolve-overlaps.ts';
import { secretIdentity, visiblePrefix } from './secret-identity.ts';

/** A secret in a file, without the secret text. */
export interface RedactedSecret {
  /** Name of the rule without the engine's name. */
  rule: string;
  /** Severity of the secret if it is outside of tests and documentation. */
  severity: Severity;
  line: number;
  endLine: number;
  /** First characters of the secret, at most four. */
  begins: string;
  /** Number of characters of the secret. */
  length: number;
  /** Identity of the secret, computed by `secretIdentity`. */
  identity: string;
  /** Expiry time of the secret in seconds since 1970. */
  expires?: number;
  note?: string;
}

export interface FileSecrets {
  secrets: RedactedSecret[];
  /** Number of secrets that are not listed; absent if there are none. */
  more?: number;
  /** Present if the file is binary and was not scanned. */
  binary?: true;
}

const LIMIT = 4 * 1024 ** 2;
const MAX_SECRETS = 100;
const MEDIA =
  /\.(?:png|jpe?g|gif|webp|avif|bmp|ico|tiff?|psd|pdf|mp[34]|m4[av]|mov|avi|mkv|webm|ogg|wav|flac|woff2?|ttf|otf|eot|zip|gz|tgz|bz2|xz|zst|7z|rar|jar|war|whl|nupkg|gem|exe|dll|so|dylib|a|o|lib|wasm|class|pyc|parquet|sqlite3?|db|onnx|safetensors|pt|h5|npy|npz)$/i;

const anchored = detectors.flatMap((detector) =>
  detector.anchors.map((text) => ({ detector, literal: { text, exact: detector.exact } })),
);
const scan = createLiteralScanner([...anchored.map(({ literal }) => literal), ...secretlintAnchors]);

const UNQUOTED = new Set([
  'YAML',
  'INI',
  'Java Properties',
  'Dotenv',
  'Shell',
  'Dockerfile',
  'Git Config',
  'NPM Config',
  'Nginx',
  'Apacheconf',
]);
const LOCKFILE =
  /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock|deno\.lock|go\.sum|cargo\.lock|poetry\.lock|uv\.lock|pipfile\.lock|composer\.lock|gemfile\.lock|packages\.lock\.json|pubspec\.lock|mix\.lock|gradle\.lockfile|flake\.lock)$|\.map$|\.svg$/i;

export const secretsInspector: FileInspector<FileSecrets> = {
  name: 'secrets',
  version: '1',
  depth: 'quick',
  seesExcluded: true,
  sizeLimit: LIMIT,
  // Also take files with NUL bytes, because UTF-16 texts and key stores have them; the inspector recognizes other binary files itself.
  binaries: true,
  // Do not select large images, because they must not be reported as skipped files.
  wants: ({ path, size }) => size > 0 && (size <= LIMIT || !MEDIA.test(path)),
  async inspect({ path, bytes, language }) {
    const name = basename(path);
    if (isKeyStore(name, bytes)) return { secrets: [keyStoreTrace(name, bytes)] };
    const plain = decodeTextBytes(bytes);
    if (plain === undefined) return { secrets: [], binary: true };

    const candidates: Candidate[] = [];
    let source: SourceText | undefined;
    let needsSecretlint = false;
    scan(plain, (at, literal) => {
      const found = anchored[literal];
      if (found === undefined) {
        needsSecretlint = true;
        return;
      }
      if (found.detector.mayMatchAt?.(plain, at) === false) return;
      source ??= sourceText(plain, name, language);
      const candidate = found.detector.detect(source, at, found.literal.text);
      if (candidate !== undefined) candidates.push(candidate);
    });
    if (needsSecretlint) candidates.push(...(await lintSecrets(plain.toString('latin1'))));
    if (candidates.length === 0) return undefined;
    return redactSecrets(plain.toString('latin1'), candidates);
  },
};

function sourceText(bytes: Buffer, name: string, language: string | null): SourceText {
  return {
    text: bytes.toString('latin1'),
    name,
    language,
    unquoted: language === null || UNQUOTED.has(language) || name.startsWith('.env'),
    generated: LOCKFILE.test(name),
  };
}

/** Keeps one entry per secret, at its first occurrence; if there are too many, those of the highest severity. */
function redactSecrets(text: string, candidates: readonly Candidate[]): FileSecrets {
  const lineAt = lineLookup(text);
  const bySecret = new Map<string, RedactedSecret>();
  for (const candidate of mergeAwsKeyPairs(keepMostSpecific(candidates), lineAt)) {
    const { rule, start, end, guessable, severity, expires, note } = candidate;
    const secret = candidate.value ?? text.slice(start, end);
    if (bySecret.has(secret)) continue;
    const trace: RedactedSecret = {
      rule,
      severity,
      line: lineAt(start),
      endLine: lineAt(Math.max(start, end - 1)),
      begins: candidate.value === undefined ? visiblePrefix(secret, guessable) : '',
      length: secret.length,
      identity: secretIdentity(rule, secret, guessable),
    };
    if (expires !== undefined) trace.expires = expires;
    if (note !== undefined) trace.note = note;
    bySecret.set(secret, trace);
  }
  const secrets = [...bySecret.values()];
  if (secrets.length <= MAX_SECRETS) return { secrets };
  const rank = ({ severity }: RedactedSecret): number => severities.indexOf(severity);
  return {
    secrets: secrets.sort((a, b) => rank(a) - rank(b)).slice(0, MAX_SECRETS),
    more: secrets.length - MAX_SECRETS,
  };
}

function keyStoreTrace(name: string, bytes: Buffer): RedactedSecret {
  const rule = /\.kdbx?$/i.test(name) ? 'password-database' : 'key-store';
  const identity = secretIdentity(rule, bytes.toString('latin1'), false);
  return { rule, severity: 'high', line: 1, endLine: 1, begins: '', length: bytes.length, identity };
}

const BINARY_PROBE = 8000;

/**
 * Returns the bytes of a text file, with UTF-16 converted to UTF-8; undefined for binary files. UTF-16 needs a byte
 * order mark to be recognized.
 */
export function decodeTextBytes(bytes: Buffer): Buffer | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return Buffer.from(bytes.toString('utf16le', 2));
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const pairs = bytes.subarray(2, bytes.length - (bytes.length % 2));
    return Buffer.from(Buffer.from(pairs).swap16().toString('utf16le'));
  }
  return bytes.subarray(0, BINARY_PROBE).includes(0) ? undefined : bytes;
}
