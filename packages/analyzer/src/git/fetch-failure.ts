import { AnalysisError } from '../errors.ts';
import { GitFailedError } from './stream-git.ts';

/**
 * Kinds of failed fetches. `refused`: the server delivers only commits to which branches point. `not_shallow`: the
 * server delivers only whole histories.
 */
export type FetchFailure =
  | 'not_found'
  | 'auth'
  | 'ssh_auth'
  | 'host_key'
  | 'unreachable'
  | 'timeout'
  | 'unknown_commit'
  | 'unknown_ref'
  | 'refused'
  | 'not_shallow'
  | 'damaged'
  | 'too_large'
  | 'forbidden'
  | 'not_a_repository'
  | 'unknown';

/**
 * Patterns that recognize failed fetches by the messages of git (with LC_ALL=C), ssh and servers, because git exits with 128 for every
 * failure. Only here a decision depends on messages. The first match counts; other messages are `unknown` and shown as they are.
 */
const messagePatterns: readonly [pattern: RegExp, failure: FetchFailure][] = [
  [/Out of memory|malloc failed|calloc failed/i, 'too_large'],
  [/not our ref|Server does not allow request for unadvertised object .*\(commit is missing\)/i, 'unknown_commit'],
  [/does not allow request for unadvertised|Unadvertised object/i, 'refused'],
  [/couldn't find remote ref/i, 'unknown_ref'],
  [/dumb http transport does not support|Server does not support shallow|does not support --depth/i, 'not_shallow'],
  [/Host key verification failed|No .* host key is known/i, 'host_key'],
  [/Permission denied \([\w,-]+\)|Too many authentication failures/i, 'ssh_auth'],
  [
    /Authentication failed|could not read (?:Username|Password)|terminal prompts disabled|Permission denied|invalid credentials/i,
    'auth',
  ],
  [/error: 40[13]\b|HTTP Basic: Access denied/i, 'auth'],
  [/repository '.*' not found|Repository not found|error: 404|does not exist/i, 'not_found'],
  // These messages mean that the proxy works, but could not reach the host.
  [/CONNECT tunnel failed, response 5|HTTP code 5\d\d from proxy|the proxy answered 5/, 'unreachable'],
  [
    /CONNECT tunnel failed|from proxy after CONNECT|transport '.*' not allowed|the proxy answered 4|dubious ownership/i,
    'forbidden',
  ],
  [/Operation too slow|timed out|timeout/i, 'timeout'],
  [
    /does not appear to be a git repository|not a git repository|info\/refs not valid|invalid server response|bad line length|protocol error/i,
    'not_a_repository',
  ],
  [
    /Could not resolve|Failed to connect|Couldn't connect|Connection refused|Connection reset|unreachable|No route to host|SSL|certificate|gnutls|error: 5\d\d/i,
    'unreachable',
  ],
  [
    /\.lock': File exists|bad object|object file .* is empty|loose object .* corrupt|packfile .* (?:is|cannot)|inflate: data stream error|bad config|bad (?:revision|shallow|line)|missing (?:blob|tree|commit)|not a valid object/i,
    'damaged',
  ],
  [/hung up|early EOF|RPC failed|unexpected disconnect|Empty reply/i, 'unreachable'],
];

export function fetchFailure(error: unknown): FetchFailure {
  if (!(error instanceof GitFailedError)) {
    return error instanceof AnalysisError && error.code === 'source.timeout' ? 'timeout' : 'unknown';
  }
  return messagePatterns.find(([pattern]) => pattern.test(error.errorOutput))?.[1] ?? 'unknown';
}

/** Converts a failed fetch to an AnalysisError; returns other errors unchanged. */
export function toSourceError(error: unknown, place: string, secrets: readonly string[]): unknown {
  const failure = fetchFailure(error);
  if (!(error instanceof GitFailedError) && failure !== 'timeout') return error;
  const said = error instanceof GitFailedError ? lastLines(redact(error.errorOutput, secrets)) : '';
  const [code, message, hint] = errorTexts[failure];
  // Do not pass the original error on as cause, because servers may repeat credentials in their messages.
  const sentence = said === '' ? '' : ` git says: ${said.replace(/\.?$/, '.')}`;
  return new AnalysisError(code, `${message.replace('%s', place)}${sentence}`.slice(0, 600), { hint });
}

const errorTexts: Record<FetchFailure, [code: string, message: string, hint: string]> = {
  not_found: [
    'source.not_found',
    'There is no repository at %s, or the credential may not see it.',
    'Check the address, and that the token may read the repository.',
  ],
  auth: [
    'source.auth',
    'The credential for %s was not accepted, or one is needed.',
    'Connect the integration anew, with a token that may read the contents of the repository.',
  ],
  ssh_auth: [
    'source.auth',
    '%s took none of the keys that ssh has, or there is none.',
    'Let ssh have a key without a passphrase that may read the repository (of a server: DATA_DIR/ssh/<project id>/id), a deploy key for example.',
  ],
  host_key: [
    'source.host_key',
    'The host key of %s is not known here, or it is another one than before.',
    'Ask who runs that host which one is right, and put it into the known_hosts of ssh (of a server: DATA_DIR/ssh/<project id>/known_hosts).',
  ],
  unreachable: [
    'source.unreachable',
    '%s could not be reached.',
    'Check the address and the network of this machine; if both are fine, try again later.',
  ],
  timeout: [
    'source.timeout',
    '%s took too long to answer.',
    'Try again later; a very large repository can be analyzed where it is checked out.',
  ],
  unknown_commit: [
    'source.unknown_commit',
    '%s does not have the commit.',
    'It may have been removed by a forced push: ask for a commit that a branch has.',
  ],
  unknown_ref: [
    'source.unknown_commit',
    '%s does not have the branch.',
    'Check its name; a pull request that was merged may have removed it.',
  ],
  refused: ['source.unknown_commit', '%s does not give out the commit.', 'Name also a branch that has it.'],
  not_shallow: ['source.unreachable', '%s only gives out whole histories.', 'Analyze a checked-out copy.'],
  damaged: ['source.damaged', 'What was kept of %s is damaged.', 'Try again: it is fetched anew.'],
  too_large: [
    'source.too_large',
    '%s sent more than git can take in with the memory that it may have.',
    'Keep large files out of the repository, or analyze a checked-out copy of it.',
  ],
  forbidden: [
    'source.unreachable',
    '%s may not be reached from here.',
    'The rules for outgoing connections (EGRESS_ALLOW) or the owner of the folder forbid it: an administrator can allow it.',
  ],
  not_a_repository: [
    'source.not_a_repository',
    'What answers at %s is no git repository.',
    'Give the address that `git clone` takes.',
  ],
  unknown: [
    'source.fetch_failed',
    '%s could not be fetched.',
    'Try again; if it stays, `git fetch` of the same address on this machine may tell more.',
  ],
};

const lastLines = (text: string): string => {
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  return lines
    .filter((line) => /^(?:fatal|error|remote|ssh|.*denied|.*the proxy answered|Host key|No .* host key)/i.test(line))
    .slice(-3)
    .join(' ')
    .slice(0, 300);
};

const redact = (text: string, secrets: readonly string[]): string =>
  secrets.filter((secret) => secret !== '').reduce((result, secret) => result.replaceAll(secret, '…'), text);
