import { HISTORY_COMMITS } from '../../depth.ts';
import { type Engine, type EngineContext, type EngineOutcome, incompleteOutcome } from '../../engine.ts';
import type { RawFinding } from '../../finding.ts';
import { listTree } from '../../git/list-tree.ts';
import { findCommit } from '../../git/resolve-commit.ts';
import type { Severity } from '../../severity.ts';
import { SkippedPaths } from '../../tree/skipped-paths.ts';
import { isTestPath } from '../../tree/test-path.ts';
import type { FileComplexity } from '../complexity/inspector.ts';
import { type FileSecrets, secretsInspector } from '../secrets/inspector.ts';
import { remedies, secretRules } from '../secrets/secret-rules.ts';
import { HotspotCounter } from './hotspots.ts';
import { type CachedBlobResults, findPastSecrets, type PastBlob, type PastSecret } from './past-secrets.ts';
import { readChanges, readCommits } from './read-history.ts';

const VERSION = '1';
const MAX_BLOBS = 200_000;
/** Bytes of past file contents to read per analysis; the next analysis continues from there. */
const BUDGET = 200 * 1024 ** 2;
const YEAR_S = 365 * 86_400;
/** Limits for listing the files of the head; they are high, because the analysis of the head has limits of its own. */
const LISTED = { files: 1_000_000, totalSize: Number.POSITIVE_INFINITY };

/**
 * Analyzes the git history: secrets that were committed once and removed later, and hotspots, which are complex files
 * that change often. Hotspots are facts instead of findings, because frequent changes are not wrong.
 */
export const historyEngine: Engine = {
  name: 'history',
  version: `${VERSION}.${secretsInspector.version}`,
  depth: 'comprehensive',
  after: ['secrets', 'complexity'],
  timeLimitSeconds: 300,
  headOnly: true,
  async run(_tree, context) {
    const { gitDirectory, signal } = context;
    const commit = gitDirectory === null ? null : (context.commit ?? (await findCommit(gitDirectory, 'HEAD', signal)));
    if (gitDirectory === null || commit === null) {
      return incompleteOutcome(
        'There is no history here: analyze a repository, and not a folder or an upload of its files.',
      );
    }
    return await analyzeHistory(gitDirectory, commit, context);
  },
};

async function analyzeHistory(gitDirectory: string, commit: string, context: EngineContext): Promise<EngineOutcome> {
  const { signal, cache, now } = context;
  const { commits, more } = await readCommits(gitDirectory, commit, HISTORY_COMMITS, signal);
  const boundary = commits.find((one) => one.boundary);
  if (boundary !== undefined && commits.length === 1) {
    return incompleteOutcome(
      'Only the last commit was fetched: fetch the history (`git fetch --unshallow`) and analyze it again.',
    );
  }
  const inHead = new Set(
    (await listTree({ gitDirectory, commit, sizes: false, limits: LISTED, signal })).map(({ object }) => object),
  );
  const counter = new HotspotCounter(complexityOf(context), now.getTime() / 1000 - YEAR_S);
  const places = new Map<string, PastBlob>();
  let dropped = 0;
  for await (const changes of readChanges(gitDirectory, commits, signal)) {
    for (const change of changes) {
      counter.add(change);
      if (inHead.has(change.blob)) continue;
      // Changes come from newest to oldest, so the last assignment is the commit that added the content.
      if (places.has(change.blob) || places.size < MAX_BLOBS) places.set(change.blob, change);
      else dropped += 1;
    }
  }
  const blobs = [...places.values()];
  const found = await findPastSecrets({
    gitDirectory,
    blobs,
    inspector: secretsInspector,
    cachedResults: cache.get(CACHE_KEY) as CachedBlobResults | undefined,
    budget: BUDGET,
    signal,
  });
  cache.set(CACHE_KEY, found.cachedResults);

  const skipped = new SkippedPaths();
  for (const { path } of found.tooLarge) skipped.add('larger than what is looked at', path);
  for (const { path } of found.beyond) skipped.add('beyond what is read of earlier contents in one analysis', path);
  for (const { path } of found.missing) skipped.add('not in this copy of the repository', path);
  const beyond = found.beyond.length + dropped;
  const reasons: string[] = [];
  if (boundary !== undefined) reasons.push(`The history was fetched back to ${boundary.id.slice(0, 10)} only.`);
  if (found.missing.length > 0) {
    reasons.push(
      `${found.missing.length} earlier contents of files are not in this copy (a partial clone, or damage).`,
    );
  }
  if (beyond > 0)
    reasons.push(`${beyond} earlier contents of files were not looked at yet: the next analysis goes on from here.`);
  const last = commits.at(-1);
  return {
    findings: toFindings(found.secrets, context),
    facts: { hotspots: counter.hotspots() },
    coverage: {
      filesSeen: found.seen,
      skipped: skipped.list(),
      complete: reasons.length === 0,
      ...(reasons.length === 0 ? {} : { reason: reasons.join(' ') }),
      ...(more && last !== undefined
        ? { notes: [`The last ${HISTORY_COMMITS} commits were looked at, back to ${last.id.slice(0, 10)}.`] }
        : {}),
    },
  };
}

const CACHE_KEY = 'past contents';

function complexityOf(context: EngineContext): Map<string, number> {
  const { results } = context.inspected<FileComplexity>('complexity');
  const sums = new Map<string, number>();
  for (const [path, file] of results) {
    if ('functions' in file)
      sums.set(
        path,
        file.functions.reduce((sum, { complexity }) => sum + complexity, 0),
      );
  }
  return sums;
}

/** Secrets that are still in a file are reported by the engine `secrets`. */
function toFindings(secrets: readonly PastSecret[], context: EngineContext): RawFinding[] {
  const present = new Set<string>();
  for (const file of context.inspected<FileSecrets>('secrets').results.values()) {
    for (const trace of file.secrets) present.add(`${trace.rule} ${trace.identity}`);
  }
  const oldest = new Map<string, PastSecret>();
  for (const secret of secrets) {
    const key = `${secret.trace.rule} ${secret.trace.identity}`;
    const other = oldest.get(key);
    if (!present.has(key) && (other === undefined || secret.commit.time < other.commit.time)) oldest.set(key, secret);
  }
  return [...oldest.values()].flatMap((secret) => toFinding(secret, context.now) ?? []);
}

function toFinding({ trace, path, commit }: PastSecret, now: Date): RawFinding | undefined {
  const severity = severityOf(trace.severity, path);
  const expired = trace.expires !== undefined && trace.expires * 1000 < now.getTime();
  if (severity === undefined || expired) return undefined;
  const { what, url } = secretRules[trace.rule] ?? { what: 'secret' };
  const begins =
    trace.begins === ''
      ? `It has ${trace.length} characters.`
      : `It begins with "${trace.begins}" and has ${trace.length} characters.`;
  const day = new Date(commit.time * 1000).toISOString().slice(0, 10);
  return {
    rule: 'history/secret-in-past-commit',
    severity,
    title: `${what.charAt(0).toUpperCase()}${what.slice(1)} in a past commit of ${path}`.slice(0, 200),
    message: `Commit ${commit.id.slice(0, 10)} of ${day} has a secret (${what}) in line ${trace.line} of ${path}. ${begins} It is gone from the files, and still in every copy of the repository.`,
    path,
    start_line: null,
    end_line: null,
    fix: `${remedies[trace.rule] ?? 'Revoke it'}: that alone makes it harmless. Rewriting the history does not reach the copies that others have.`,
    ...(url === undefined ? {} : { url }),
    identity: `${trace.rule} ${trace.identity}`,
  };
}

/**
 * Returns `high`, or `medium` in tests and documentation; undefined for uncertain secrets, which are reported only in
 * current files.
 */
function severityOf(severity: Severity, path: string): Severity | undefined {
  if (severity !== 'critical' && severity !== 'high') return undefined;
  return isTestPath(path) ? 'medium' : 'high';
}
