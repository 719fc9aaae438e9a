import { readFile } from 'node:fs/promises';
import { runGit, runGitLine } from '../../git/run-git.ts';
import { splitRecords } from '../../git/split-records.ts';
import { streamGit } from '../../git/stream-git.ts';

export interface HistoryCommit {
  id: string;
  /** Date of the commit in seconds since 1970. */
  time: number;
  /** Author of the commit: a number per e-mail address, so that addresses stay private. */
  author: number;
  merge: boolean;
  /** True for a commit at which the history of a shallow clone ends: it seems to add all files. */
  boundary: boolean;
}

/** A file that a commit added or changed. */
export interface Change {
  commit: HistoryCommit;
  path: string;
  blob: string;
}

export interface History {
  /** Commits of the history, newest first. */
  commits: HistoryCommit[];
  /** True if the history has older commits that are not listed. */
  more: boolean;
}

const MAX_LIST_BYTES = 64 * 1024 ** 2;

/** Returns the last `most` ancestors of a commit, including it. */
export async function readCommits(
  gitDirectory: string,
  commit: string,
  most: number,
  signal: AbortSignal,
): Promise<History> {
  const boundaries = await readBoundaries(gitDirectory, signal);
  const { output } = await runGit(['rev-list', `--max-count=${most + 1}`, '--format=%H%x00%ct%x00%P%x00%ae', commit], {
    gitDirectory,
    outputLimit: MAX_LIST_BYTES,
    signal,
  });
  const authors = new Map<string, number>();
  const commits: HistoryCommit[] = [];
  for (const line of output.toString('utf8').split('\n')) {
    const [id = '', time, parents, email] = line.split('\0');
    // `rev-list --format` prints an additional line before each commit.
    if (parents === undefined || email === undefined) continue;
    const author = authors.get(email.toLowerCase()) ?? authors.size;
    authors.set(email.toLowerCase(), author);
    commits.push({ id, time: Number(time), author, merge: parents.includes(' '), boundary: boundaries.has(id) });
  }
  return { commits: commits.slice(0, most), more: commits.length > most };
}

/** Returns the commits at which a shallow clone ends. */
async function readBoundaries(gitDirectory: string, signal: AbortSignal): Promise<Set<string>> {
  const path = await runGitLine(['rev-parse', '--path-format=absolute', '--git-path', 'shallow'], {
    gitDirectory,
    signal,
  });
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return new Set(text.split('\n').filter((line) => line !== ''));
}

/**
 * Yields the files that each commit added or changed, in the order of the commits; merges are compared with each
 * parent. Contents are not read.
 */
export async function* readChanges(
  gitDirectory: string,
  commits: readonly HistoryCommit[],
  signal: AbortSignal,
): AsyncGenerator<Change[]> {
  const byId = new Map(commits.map((commit) => [commit.id, commit]));
  const args = [
    'diff-tree',
    '--stdin',
    '-r',
    '-m',
    '-z',
    '--raw',
    '--root',
    '--no-abbrev',
    '--no-renames',
    '--no-ext-diff',
    '--no-textconv',
  ];
  const input = commits.map(({ id }) => `${id}\n`);
  let commit: HistoryCommit | undefined;
  let change: { mode: string; blob: string; status: string } | undefined;
  for await (const records of splitRecords(streamGit(args, { gitDirectory, input, signal }))) {
    const changes: Change[] = [];
    for (const record of records) {
      if (change !== undefined) {
        const { mode, blob, status } = change;
        if (commit !== undefined && status !== 'D' && (mode === '100644' || mode === '100755')) {
          changes.push({ commit, path: record.toString('utf8'), blob });
        }
        change = undefined;
      } else if (record[0] === COLON) {
        // A record is `:<mode before> <mode> <object before> <object> <status>`, followed by the path.
        const [, mode = '', , blob = '', status = ''] = record.toString('latin1').split(' ');
        change = { mode, blob, status };
      } else commit = byId.get(record.toString('latin1').trim());
    }
    yield changes;
  }
}

const COLON = 0x3a;
