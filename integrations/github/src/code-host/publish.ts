import {
  type AnalysisPresentation,
  type ExternalAccount,
  IntegrationError,
  type PublishedAnalysis,
  type RepositoryRef,
} from '@commandcenter/integration-kit';
import type { GitHubClient } from '../client.ts';
import { openCheckRuns } from './check-run.ts';
import { openComments } from './comments.ts';
import { publishCheck } from './publish-check.ts';
import { publishComment } from './publish-comment.ts';

export interface Publisher {
  client: GitHubClient;
  /** The App's number or client id; null for a token, because only Apps can write check runs. */
  appId: string | number | null;
  getAccount(signal?: AbortSignal): Promise<ExternalAccount>;
  log: { warn(data: object, message: string): void };
}

/**
 * Shows an analysis as a check run if an App may write one, otherwise as a comment if there is a pull request, otherwise not at all.
 * `reason` in the result tells what was not possible.
 */
export async function publishAnalysis(
  { client, appId, getAccount, log }: Publisher,
  repository: RepositoryRef,
  presentation: AnalysisPresentation,
  signal?: AbortSignal,
): Promise<PublishedAnalysis> {
  assertMarker(presentation.marker);
  const { pullRequest, status } = presentation;
  const reasons: string[] = [];

  if (appId !== null) {
    const published = await unlessRefused(reasons, 'a check needs the permission checks:write', () =>
      publishCheck(openCheckRuns(client, appId, repository, signal), presentation, log),
    );
    if (published !== null) return published;
  }
  if (pullRequest === null) {
    reasons.push('There is no pull request to comment on.');
  } else if (status === 'in_progress') {
    reasons.push('A comment is written when the analysis is completed.');
  } else {
    const needed =
      appId === null
        ? 'a comment needs the scope repo or, with a fine-grained token, the permission pull_requests:write'
        : 'a comment needs the permission pull_requests:write';
    const published = await unlessRefused(reasons, needed, async () =>
      publishComment(openComments(client, await getAccount(signal), repository, pullRequest, signal), presentation),
    );
    if (published !== null) return { ...published, ...(reasons.length === 0 ? {} : { reason: reasons.join(' ') }) };
  }
  return { kind: 'none', url: null, externalId: presentation.externalId, reason: reasons.join(' ') };
}

/**
 * Runs `publish`, which shows an analysis. If GitHub refuses it or hides the resource, returns null and adds a reason to `reasons`, so
 * that the analysis itself does not fail.
 */
async function unlessRefused(
  reasons: string[],
  needed: string,
  publish: () => Promise<PublishedAnalysis>,
): Promise<PublishedAnalysis | null> {
  try {
    return await publish();
  } catch (error) {
    if (!(error instanceof IntegrationError) || (error.class !== 'permission' && error.class !== 'not_found'))
      throw error;
    reasons.push(`${error.message.replace(/\.$/, '')}: ${needed}.`);
    return null;
  }
}

/** Throws `github.bad_marker` for a marker that is not safe inside an HTML comment and before a `#` in GitHub's `external_id`. */
function assertMarker(marker: string): void {
  if (/^(?!.*--)[A-Za-z0-9][A-Za-z0-9_.:/-]{0,127}$/.test(marker)) return;
  throw new IntegrationError(`"${marker}" cannot mark an analysis.`, {
    code: 'github.bad_marker',
    hint: 'At most 128 letters, digits and _ . : / -, without --.',
  });
}
