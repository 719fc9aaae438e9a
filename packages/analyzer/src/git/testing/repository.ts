import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A repository in a temporary folder, created with git. */
export interface TestRepository {
  folder: string;
  gitDirectory: string;
  write(path: string, text: string | Buffer): Promise<void>;
  git(...args: string[]): string;
  /** Commits all files; returns the commit's hash. */
  commit(message?: string, options?: { date?: string; author?: string }): string;
  /**
   * Commits entries that a file system may not support: mode, path and content; for a submodule or folder the content
   * is an object id.
   */
  commitEntries(entries: readonly { mode: string; path: string | Buffer; content: string | Buffer }[]): string;
  remove(): Promise<void>;
}

export async function createTestRepository(options: string[] = []): Promise<TestRepository> {
  const folder = await mkdtemp(join(tmpdir(), 'commandcenter-repository-'));
  const run = (args: string[], input?: string | Buffer, environment: Record<string, string> = {}): string =>
    execFileSync(
      'git',
      ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgSign=false', ...args],
      {
        cwd: folder,
        ...(input === undefined ? {} : { input }),
        env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', ...environment },
        encoding: 'utf8',
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    ).trim();
  run(['init', '--quiet', '--initial-branch=main', ...options]);
  return {
    folder,
    gitDirectory: join(folder, '.git'),
    async write(path, text) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    },
    git: (...args) => run(args),
    commit(message = 'change', { date, author = 'Test <test@example.org>' } = {}) {
      run(['add', '--all']);
      const dates = date === undefined ? {} : { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
      run(['commit', '--quiet', '--allow-empty', `--author=${author}`, '--message', message], undefined, dates);
      return run(['rev-parse', 'HEAD']);
    },
    commitEntries(entries) {
      return run([
        'commit-tree',
        '-m',
        'entries',
        treeOf(
          entries.map((entry) => ({ ...entry, path: Buffer.from(entry.path) })),
          run,
        ),
      ]);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

type Entry = { mode: string; path: Buffer; content: string | Buffer };

/** Builds the tree object byte by byte, because git's own tools reject most of these names. */
function treeOf(entries: readonly Entry[], run: (args: string[], input?: Buffer) => string): string {
  const here: { mode: string; name: Buffer; object: string }[] = [];
  const folders = new Map<string, Entry[]>();
  for (const entry of entries) {
    const slash = entry.path.indexOf('/');
    if (slash < 0) {
      const object =
        entry.mode === '160000' || entry.mode === '40000'
          ? String(entry.content)
          : run(['hash-object', '-w', '--stdin'], Buffer.from(entry.content));
      here.push({ mode: entry.mode, name: entry.path, object });
    } else {
      const name = entry.path.toString('latin1', 0, slash);
      folders.set(name, [...(folders.get(name) ?? []), { ...entry, path: entry.path.subarray(slash + 1) }]);
    }
  }
  for (const [name, inside] of folders)
    here.push({ mode: '40000', name: Buffer.from(name, 'latin1'), object: treeOf(inside, run) });
  const bytes = here.map(({ mode, name, object }) =>
    Buffer.concat([Buffer.from(`${mode} `), name, Buffer.from([0]), Buffer.from(object, 'hex')]),
  );
  return run(['hash-object', '-t', 'tree', '-w', '--stdin', '--literally'], Buffer.concat(bytes));
}
