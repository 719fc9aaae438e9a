import { git } from '../checkout/git.ts';
import type { GitHubApi } from './github-api.ts';

/**
 * The commit that a pull request left its base branch at. What the branch got since is not the pull request's doing. Where it cannot be
 * told, the branch's tip: the server looks for the merge base itself where it may.
 */
export async function findMergeBase(
  { workspace, repository, github }: { workspace: string; repository: string; github: GitHubApi | null },
  base: string,
  head: string,
): Promise<string> {
  // In a shallow checkout the ways between the two are cut off.
  const isWhole = (await git(workspace, ['rev-parse', '--is-shallow-repository']))?.trim() === 'false';
  const local = isWhole ? (await git(workspace, ['merge-base', base, head]))?.trim() : undefined;
  if (local !== undefined && local !== '') return local;
  if (github === null) return base;
  try {
    const comparison = (await github.get(`/repos/${repository}/compare/${base}...${head}?per_page=1`)) as {
      merge_base_commit?: { sha?: unknown };
    } | null;
    const sha = comparison?.merge_base_commit?.sha;
    return typeof sha === 'string' && /^[0-9a-f]{40,64}$/.test(sha) ? sha : base;
  } catch {
    return base;
  }
}
