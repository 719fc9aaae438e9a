import type { AnalysisAnnotation, AnalysisPresentation } from '@commandcenter/integration-kit';
import { type Connected, repository } from './fixture.ts';

export const marker = 'p7:acme/web';

export const findings = (count: number): AnalysisAnnotation[] =>
  Array.from({ length: count }, (_, index) => ({
    path: `src/file-${index}.ts`,
    startLine: index + 1,
    endLine: index + 1,
    level: 'warning',
    title: 'Rule',
    message: `Finding ${index + 1}`,
  }));

/** Opens a pull request in `acme/web`, and returns an analysis to publish there and ways to read what is shown. */
export async function present(connected: Connected) {
  const { github, integration } = connected;
  const at = `${repository.owner}/${repository.name}`;
  const { number, pullRequest } = github.state.addPullRequest({ repository: at, title: 'Change', head: 'topic' });
  const completed: AnalysisPresentation = {
    headSha: pullRequest?.headSha ?? '',
    pullRequest: number,
    name: 'CommandCenter analysis',
    marker,
    externalId: null,
    status: 'completed',
    conclusion: 'failure',
    title: '3 new findings',
    summary: 'The gate is **red**.',
    text: 'Details',
    detailsUrl: 'https://cc.example/jobs/1',
    annotations: [],
  };
  return {
    ...connected,
    number,
    completed,
    inProgress: { ...completed, status: 'in_progress', conclusion: null, title: 'Running' } as const,
    publish: (presentation: AnalysisPresentation) => integration.publishAnalysis(repository, presentation),
    runs: () => github.state.checkRuns(at),
    comments: () => github.state.issue({ repository: at, number }).comments,
    /** Returns how many requests have read or written checks and comments so far. */
    requestCount: (operation: 'reads' | 'writes') =>
      github.requests.count(
        ({ method, path }) => (method === 'GET') === (operation === 'reads') && /check-runs|comments/.test(path),
      ),
  };
}
