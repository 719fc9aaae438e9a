import { readFile } from 'node:fs/promises';
import { askGit, runGit } from '../../git/run-git.ts';
import { splitRecords } from '../../git/split-records.ts';
import { streamGit } from '../../git/stream-git.ts';

export interface HistoryCommit {
  id: string;
  /** When it was committed; seconds since 1970. */
  time: number;
  /** Equal for equal e-mail addresses, which nobody is told. */
  author: number;
  merge: boolean;
  /** What was before it was not fetched: it looks as if it had added all files. */
  boundary: boolean;
}

/** A file that a commit added or changed. */
export interface Change {
  commit: HistoryCommit;
  path: string;
  blob: string;
}

export interface History {
  /** Newest first. */
  commits: HistoryCommit[];
  /** There are older ones. */
  more: boolean;
}

const LARGEST_LIST = 64 * 1024 ** 2;

/** The last commits that lead to one, at most `most`. */
export async function readCommits(
  gitDirectory: string,
  commit: string,
  most: number,
  signal: AbortSignal,
): Promise<History> {
  const boundaries = await readBoundaries(gitDirectory, signal);
  const { output } = await runGit(['rev-list', `--max-count=${most + 1}`, '--format=%H%x00%ct%x00%P%x00%ae', commit], {
    gitDirectory,
    outputLimit: LARGEST_LIST,
    signal,
  });
  const authors = new Map<string, number>();
  const commits: HistoryCommit[] = [];
  for (const line of output.toString('utf8').split('\n')) {
    const [id = '', time, parents, email] = line.split('\0');
    // Each is announced by a line of its own.
    if (parents === undefined || email === undefined) continue;
    const author = authors.get(email.toLowerCase()) ?? authors.size;
    authors.set(email.toLowerCase(), author);
    commits.push({ id, time: Number(time), author, merge: parents.includes(' '), boundary: boundaries.has(id) });
  }
  return { commits: commits.slice(0, most), more: commits.length > most };
}

/** The commits at which a shallow fetch ended. */
async function readBoundaries(gitDirectory: string, signal: AbortSignal): Promise<Set<string>> {
  const path = await askGit(['rev-parse', '--path-format=absolute', '--git-path', 'shallow'], { gitDirectory, signal });
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return new Set(text.split('\n').filter((line) => line !== ''));
}

/** What commits added and changed, in their order; merges against each parent. Files only. Without reading any of them. */
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
        // `:<mode before> <mode> <object before> <object> <status>`, then the path.
        const [, mode = '', , blob = '', status = ''] = record.toString('latin1').split(' ');
        change = { mode, blob, status };
      } else commit = byId.get(record.toString('latin1').trim());
    }
    yield changes;
  }
}

const COLON = 0x3a;
