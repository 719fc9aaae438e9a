import type { JsonObject } from '../json.ts';
import type { Comparison } from '../state/commits.ts';
import type { Repository } from '../state/model.ts';
import { fullName } from '../state/world.ts';
import { simpleUser } from './account.ts';
import type { Urls } from './urls.ts';

/**
 * Returns a commit in GitHub's form `commit`. No test reads its text, time or tree, so these are the same for all commits of a
 * repository.
 */
function commitView(repository: Repository, sha: string, urls: Urls): JsonObject {
  const api = `${urls.api}/repos/${fullName(repository)}`;
  const html = `${urls.html}/${fullName(repository)}/commit`;
  const { owner } = repository;
  const person = {
    name: owner.name ?? owner.login,
    email: `${owner.login}@users.noreply.github.com`,
    date: repository.createdAt,
  };
  const parent = repository.commits.get(sha) ?? null;
  return {
    url: `${api}/commits/${sha}`,
    sha,
    node_id: `C_${sha}`,
    html_url: `${html}/${sha}`,
    comments_url: `${api}/commits/${sha}/comments`,
    commit: {
      url: `${api}/git/commits/${sha}`,
      author: person,
      committer: person,
      message: 'Change',
      comment_count: 0,
      tree: { sha, url: `${api}/git/trees/${sha}` },
    },
    author: simpleUser(owner, urls),
    committer: simpleUser(owner, urls),
    parents: parent === null ? [] : [{ sha: parent, url: `${api}/commits/${parent}`, html_url: `${html}/${parent}` }],
  };
}

/**
 * Returns the comparison of two commits in GitHub's form `commit-comparison`, without files, because the fake GitHub has none. `shown`
 * contains the commits of this page.
 */
export function comparisonView(
  repository: Repository,
  { base, head, comparison, shown }: { base: string; head: string; comparison: Comparison; shown: readonly string[] },
  urls: Urls,
): JsonObject {
  const { mergeBase, ahead, behindBy } = comparison;
  const html = `${urls.html}/${fullName(repository)}/compare/${base}...${head}`;
  const status = ahead.length > 0 ? (behindBy > 0 ? 'diverged' : 'ahead') : behindBy > 0 ? 'behind' : 'identical';
  return {
    url: `${urls.api}/repos/${fullName(repository)}/compare/${base}...${head}`,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: commitView(repository, base, urls),
    merge_base_commit: commitView(repository, mergeBase, urls),
    status,
    ahead_by: ahead.length,
    behind_by: behindBy,
    total_commits: ahead.length,
    commits: shown.map((sha) => commitView(repository, sha, urls)),
    files: [],
  };
}
