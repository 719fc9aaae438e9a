import { type GitSettings, git } from './git.ts';

/**
 * Fetches one commit into a checkout that lacks it, because `actions/checkout` has a depth of 1 by default. Uses the credential that the
 * checkout stored, otherwise the workflow's token. Returns false if the commit cannot be fetched.
 */
export async function fetchCommit(folder: string, sha: string, githubToken: string | null): Promise<boolean> {
  const args = ['fetch', '--no-tags', '--no-recurse-submodules', '--quiet', '--depth=1', 'origin', sha];
  if ((await git(folder, args)) !== null) return true;
  const remote = (await git(folder, ['config', '--get', 'remote.origin.url']))?.trim() ?? '';
  if (githubToken === null || !URL.canParse(remote) || !remote.startsWith('https://')) return false;
  const header = `http.${new URL(remote).origin}/.extraheader`;
  const basic = Buffer.from(`x-access-token:${githubToken}`).toString('base64');
  // The empty value comes first, because it removes the header that the checkout stored; git would otherwise send both.
  const credential: GitSettings = [
    [header, ''],
    [header, `AUTHORIZATION: basic ${basic}`],
  ];
  return (await git(folder, args, credential)) !== null;
}
