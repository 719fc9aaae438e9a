import type { JsonObject } from '../json.ts';
import type { CheckAnnotation, CheckRun, Issue, PullRequestPart, Repository } from '../state/model.ts';
import { fullName } from '../state/world.ts';
import { appView } from './app.ts';
import type { Urls } from './urls.ts';

const apiOf = (repository: Repository, urls: Urls): string => `${urls.api}/repos/${fullName(repository)}`;

function pullRequestMinimal(issue: Issue, part: PullRequestPart, urls: Urls): JsonObject {
  const { repository } = issue;
  const repo = { id: repository.id, url: apiOf(repository, urls), name: repository.name };
  return {
    id: part.id,
    number: issue.number,
    url: `${apiOf(repository, urls)}/pulls/${issue.number}`,
    head: { ref: part.headRef, sha: part.headSha, repo },
    base: { ref: part.baseRef, sha: part.baseSha, repo },
  };
}

/** Returns the open pull requests with this head commit. Like GitHub, it leaves out those from forks. */
function pullRequestsAt(repository: Repository, sha: string, urls: Urls): JsonObject[] {
  return [...repository.issues.values()].flatMap((issue) => {
    const part = issue.pullRequest;
    const shown = part?.headSha === sha && part.headRepository === repository && issue.state === 'open';
    return shown ? [pullRequestMinimal(issue, part, urls)] : [];
  });
}

/** Returns a check run in GitHub's form `check-run`. */
export function checkRunView(run: CheckRun, urls: Urls): JsonObject {
  const url = `${apiOf(run.repository, urls)}/check-runs/${run.id}`;
  return {
    id: run.id,
    node_id: run.nodeId,
    head_sha: run.headSha,
    name: run.name,
    external_id: run.externalId,
    url,
    html_url: `${urls.html}/${fullName(run.repository)}/runs/${run.id}`,
    details_url: run.detailsUrl ?? `${urls.html}/apps/${run.app.slug}`,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: appView(run.app, 1, urls),
    pull_requests: pullRequestsAt(run.repository, run.headSha, urls),
  };
}

/** Returns an annotation of a check run in GitHub's form `check-annotation`. */
export function annotationView(run: CheckRun, annotation: CheckAnnotation, urls: Urls): JsonObject {
  return {
    path: annotation.path,
    blob_href: `${urls.html}/${fullName(run.repository)}/blob/${run.headSha}/${encodeURI(annotation.path)}`,
    start_line: annotation.startLine,
    end_line: annotation.endLine,
    start_column: null,
    end_column: null,
    annotation_level: annotation.level,
    title: annotation.title,
    message: annotation.message,
    raw_details: null,
  };
}
