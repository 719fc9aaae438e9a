import type { RepositoryRef } from '@commandcenter/integration-kit';
import { Type } from 'typebox';
import type { GitHubClient } from '../client.ts';
import { createReader } from '../schema-reader.ts';

const CommitSchema = Type.Object({ sha: Type.String({ minLength: 1 }) });
const comparisonReader = createReader(Type.Object({ merge_base_commit: CommitSchema }));
const branchReader = createReader(Type.Object({ object: CommitSchema }));

/** Returns the SHA of the merge base of two commits or branches: https://docs.github.com/rest/commits/commits#compare-two-commits */
export async function getMergeBase(
  client: GitHubClient,
  { owner, name }: RepositoryRef,
  base: string,
  head: string,
  signal?: AbortSignal,
): Promise<string> {
  // Request one commit per page, because commits come with their changes and only the merge base is needed.
  const parameters = { owner, repo: name, basehead: `${base}...${head}`, per_page: 1 };
  const { data } = await client.request('GET /repos/{owner}/{repo}/compare/{basehead}', parameters, { signal });
  return comparisonReader.response(data, "GitHub's comparison").merge_base_commit.sha;
}

/**
 * Returns the SHA of a branch's newest commit: https://docs.github.com/rest/git/refs#get-a-reference. The branch endpoint would return more
 * than is needed.
 */
export async function getBranchHead(
  client: GitHubClient,
  { owner, name }: RepositoryRef,
  branch: string,
  signal?: AbortSignal,
): Promise<string> {
  const parameters = { owner, repo: name, ref: `heads/${branch}` };
  const { data } = await client.request('GET /repos/{owner}/{repo}/git/ref/{ref}', parameters, { signal });
  return branchReader.response(data, "GitHub's branch").object.sha;
}
