import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Trigger } from './trigger.ts';

export interface CheckoutOptions {
  /** Inputs of the checkout step: `repository`, `ref`, `fetch-depth`, `persist-credentials`. */
  with: Readonly<Record<string, string>>;
  trigger: Trigger;
  token: string;
  workspace: string;
  environment: Readonly<Record<string, string>>;
}

const known = new Set(['repository', 'ref', 'fetch-depth', 'persist-credentials', 'token']);

/**
 * Creates the same files as `actions/checkout`: one commit unless another depth is set, for a pull request its merge with the base
 * (detached), the address at github.com as `origin`, and the token for it in the repository's git settings.
 */
export async function checkOut({
  with: given,
  trigger,
  token,
  workspace,
  environment,
}: CheckoutOptions): Promise<void> {
  const strange = Object.keys(given).find((name) => !known.has(name));
  if (strange !== undefined) throw new Error(`This runner's checkout has no ${strange}.`);
  const git = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)('git', args, { cwd: workspace, env: environment })).stdout.trim();
  const repository = given.repository ?? trigger.repository;
  const isOwn = repository === trigger.repository;
  const server = environment.GITHUB_SERVER_URL ?? '';
  await git('init', '--quiet', '.');
  await git('remote', 'add', 'origin', `${server}/${repository}`);
  const header = `http.${server}/.extraheader`;
  const basic = Buffer.from(`x-access-token:${given.token ?? token}`).toString('base64');
  await git('config', '--local', header, `AUTHORIZATION: basic ${basic}`);
  const depth = given['fetch-depth'] ?? '1';
  const fetch = (...refs: string[]): Promise<string> =>
    git(
      ...['-c', 'protocol.version=2', 'fetch', '--quiet', '--no-tags', '--prune', '--no-recurse-submodules'],
      ...(depth === '0' ? [] : [`--depth=${depth}`]),
      'origin',
      ...(depth === '0' ? ['+refs/heads/*:refs/remotes/origin/*'] : []),
      ...refs,
    );
  const asked = given.ref ?? '';
  if (/^[0-9a-f]{40}$/.test(asked)) {
    await fetch(asked);
    await git('checkout', '--quiet', '--force', asked);
  } else if (asked === '' && isOwn && !trigger.ref.startsWith('refs/heads/')) {
    const local = trigger.ref.replace('refs/pull/', 'refs/remotes/pull/');
    await fetch(`+${trigger.sha}:${local}`);
    await git('checkout', '--quiet', '--force', local);
  } else {
    const own = isOwn ? trigger.ref.replace('refs/heads/', '') : await defaultBranch(git);
    const branch = asked === '' ? own : asked;
    const wanted = asked === '' && isOwn ? trigger.sha : `refs/heads/${branch}`;
    await fetch(`+${wanted}:refs/remotes/origin/${branch}`);
    await git('checkout', '--quiet', '--force', '-B', branch, `refs/remotes/origin/${branch}`);
  }
  if (given['persist-credentials'] === 'false') await git('config', '--local', '--unset-all', header);
}

async function defaultBranch(git: (...args: string[]) => Promise<string>): Promise<string> {
  const [, name] = /^ref: refs\/heads\/(\S+)\s+HEAD$/m.exec(await git('ls-remote', '--symref', 'origin', 'HEAD')) ?? [];
  if (name === undefined) throw new Error('The repository has no default branch.');
  return name;
}
