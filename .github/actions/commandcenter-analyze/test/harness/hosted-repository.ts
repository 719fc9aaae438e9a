import { join } from 'node:path';
import type { FakeGitHub } from '@commandcenter/fake-github';
import {
  createTestRepository,
  type TestRepository,
} from '../../../../../packages/analyzer/src/git/testing/repository.ts';

export interface PullRequest {
  number: number;
  branch: string;
  head: string;
  /** Id of the commit at the tip of the base branch. */
  base: string;
  /** Id of the merge base of the head and the base branch. */
  mergeBase: string;
  /** Id of the merge commit of the head and the base, which GitHub creates at `refs/pull/N/merge`. */
  merge: string;
  /** Full name of the repository with the head branch. */
  from: string;
}

export type Files = Readonly<Record<string, string | Buffer>>;

/** A repository on GitHub, whose commits real git serves and whose API the fake GitHub serves. */
export interface HostedRepository {
  owner: string;
  name: string;
  fullName: string;
  /** True if the repository is private, as the payloads of events say. Undefined for a public repository whose events do not say it. */
  private: boolean | undefined;
  /** A person's clone of the repository. */
  work: TestRepository;
  /** Returns the id of the newest commit of the default branch, `main`. */
  tip(): string;
  /** Commits the files and all changes in the clone's folder to `main`. */
  push(files?: Files): Promise<string>;
  openPull(files: Files, options?: { from?: string }): Promise<PullRequest>;
  /** Adds a commit to the pull request, based on the present `main`. */
  pushToPull(pull: PullRequest, files: Files): Promise<PullRequest>;
}

export interface HostOptions {
  github: FakeGitHub;
  /** Folder of the bare repositories `<owner>/<name>.git`. */
  gitFolder: string;
  owner: string;
  name: string;
  files: Files;
  private?: boolean;
}

export async function hostRepository({
  github,
  gitFolder,
  owner,
  name,
  files,
  ...options
}: HostOptions): Promise<HostedRepository> {
  const fullName = `${owner}/${name}`;
  const work = await createTestRepository();
  const bare = join(gitFolder, `${fullName}.git`);
  const writeAll = async (some: Files): Promise<void> => {
    for (const [path, text] of Object.entries(some)) await work.write(path, text);
  };
  const send = (...refs: string[]): string => work.git('push', '--quiet', '--force', bare, ...refs);
  const commitOn = async (some: Files): Promise<string> => {
    await writeAll(some);
    return work.commit();
  };
  await writeAll(files);
  let tip = work.commit('first');
  work.git('init', '--quiet', '--bare', '--initial-branch=main', bare);
  send('main');
  github.state.addRepository({ owner, name, headSha: tip, private: options.private ?? false });

  /** Pushes the pull request's head and its merge with `main` to the refs that GitHub uses. */
  const publish = (
    number: number,
    branch: string,
    head: string,
  ): Pick<PullRequest, 'head' | 'base' | 'mergeBase' | 'merge'> => {
    work.git('checkout', '--quiet', '--detach', 'main');
    work.git('merge', '--quiet', '--no-ff', '--no-edit', head);
    const merge = work.git('rev-parse', 'HEAD');
    send(`${head}:refs/pull/${number}/head`, `${merge}:refs/pull/${number}/merge`, `${head}:refs/heads/${branch}`);
    work.git('checkout', '--quiet', 'main');
    return { head, base: tip, mergeBase: work.git('merge-base', 'main', head), merge };
  };

  return {
    owner,
    name,
    fullName,
    private: options.private,
    work,
    tip: () => tip,
    async push(some = {}) {
      tip = await commitOn(some);
      send('main');
      github.state.push({ repository: fullName, commits: [{ message: 'change', sha: tip }] });
      return tip;
    },
    async openPull(some, { from = fullName } = {}) {
      const branch = `change-${work.git('rev-list', '--all', '--count')}`;
      work.git('checkout', '--quiet', '-b', branch);
      const head = await commitOn(some);
      const { number } = github.state.addPullRequest({
        repository: fullName,
        title: 'A change',
        head: branch,
        headSha: head,
        from,
      });
      return { number, branch, from, ...publish(number, branch, head) };
    },
    async pushToPull(pull, some) {
      const { number, branch } = pull;
      work.git('checkout', '--quiet', branch);
      const head = await commitOn(some);
      github.state.synchronizePullRequest({ repository: fullName, number, headSha: head });
      return { ...pull, ...publish(number, branch, head) };
    },
  };
}
