import { createHash } from 'node:crypto';
import { AnalysisError } from '../errors.ts';

/**
 * A commit to fetch: `sha` is its full hash, `ref` a branch whose current commit is meant (`main`, `refs/pull/1/head`). Without both it
 * is the current commit of the default branch.
 */
export interface RequestedCommit {
  sha?: string;
  /** Name of a branch. If `sha` is given, a branch that contains that commit, for servers that deliver branches only. */
  ref?: string;
}

export interface CommitRequest extends RequestedCommit {
  /** Hash or ref to request from the server. */
  source: string;
}

/** Prefix of temporary refs, which the next fetch overwrites. */
export const TEMPORARY_REFS = 'refs/commandcenter/sought';

const FULL_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** Pattern of valid names of branches and tags, stricter than git: https://git-scm.com/docs/git-check-ref-format */
const REF = /^(?![-/.])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)))[^\p{Cc}\s~^:?*[\\+]+(?<![/.])$/u;

function sourceOf({ sha, ref }: RequestedCommit): string {
  if (sha !== undefined) {
    if (!FULL_ID.test(sha)) {
      throw new AnalysisError('source.unknown_commit', `${JSON.stringify(sha.slice(0, 80))} is no full commit id.`, {
        hint: 'Give all 40 hexadecimal digits, in lower case.',
      });
    }
    return sha;
  }
  return ref === undefined ? 'HEAD' : validateRef(ref);
}

export function validateRef(ref: string): string {
  if (ref.length > 500 || !REF.test(ref)) {
    throw new AnalysisError(
      'source.unknown_commit',
      `${JSON.stringify(ref.slice(0, 80))} is no name of a branch or tag.`,
    );
  }
  return ref;
}

export const temporaryRef = (source: string): string =>
  `${TEMPORARY_REFS}/${createHash('sha256').update(source).digest('hex').slice(0, 32)}`;

/**
 * Adds the hash or ref that is requested from the server to a commit. Throws AnalysisError `source.unknown_commit` if the hash or ref is
 * not valid.
 */
export const toCommitRequest = (commit: RequestedCommit): CommitRequest => ({ ...commit, source: sourceOf(commit) });

/** Reads a commit that a person names: a full hash, a branch or a tag. */
export const namedCommit = (text: string): RequestedCommit => (FULL_ID.test(text) ? { sha: text } : { ref: text });
