import { git } from '../checkout/git.ts';
import { logLine } from '../runner/log.ts';
import type { GitHubApi } from './github-api.ts';

/**
 * Returns the commit at which a pull request left its base branch, so that newer commits of that branch do not count as its changes. If it
 * cannot be determined, returns the tip of the branch, and the server looks for the merge base.
 */
export async function findMergeBase(
  { workspace, repository, github }: { workspace: string; repository: string; github: GitHubApi | null },
  base: string,
  head: string,
): Promise<string> {
  // Only a checkout that is not shallow contains the history between the two commits.
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
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    logLine(`The merge base could not be asked for, so the server looks for it: ${reason}`);
    return base;
  }
}
