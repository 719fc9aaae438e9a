import { type GitSettings, git } from './git.ts';

/**
 * Brings one commit into a checkout that lacks it, as `actions/checkout` leaves it with its depth of 1: with the credential that the
 * checkout kept, otherwise with the workflow's token. False when the commit cannot be had.
 */
export async function fetchCommit(folder: string, sha: string, githubToken: string | null): Promise<boolean> {
  const args = ['fetch', '--no-tags', '--no-recurse-submodules', '--quiet', '--depth=1', 'origin', sha];
  if ((await git(folder, args)) !== null) return true;
  const remote = (await git(folder, ['config', '--get', 'remote.origin.url']))?.trim() ?? '';
  if (githubToken === null || !URL.canParse(remote) || !remote.startsWith('https://')) return false;
  const header = `http.${new URL(remote).origin}/.extraheader`;
  const basic = Buffer.from(`x-access-token:${githubToken}`).toString('base64');
  // Empty first: it takes the place of what the checkout kept, instead of standing beside it.
  const credential: GitSettings = [
    [header, ''],
    [header, `AUTHORIZATION: basic ${basic}`],
  ];
  return (await git(folder, args, credential)) !== null;
}
