import {
  type ExternalItem,
  embedCreateMarker,
  IntegrationError,
  IntegrationRateLimitError,
  type ItemDraft,
  type RepositoryRef,
} from '@commandcenter/integration-kit';
import type { GitHubClient } from '../client.ts';
import { GitHubValidationError } from '../github-error.ts';
import { addressOf, readItem, updateIssue } from './write.ts';

/** https://docs.github.com/rest/issues/issues#create-an-issue */
export async function createIssue(
  client: GitHubClient,
  repository: RepositoryRef,
  draft: ItemDraft,
  signal?: AbortSignal,
): Promise<ExternalItem> {
  const { title, marker } = draft;
  const body = embedCreateMarker(draft.body, marker);
  const create = async (names: Names): Promise<{ made: ExternalItem; names: Names }> => {
    try {
      const parameters = { ...addressOf(repository), title, body, ...withoutEmpty(names) };
      const answer = await client.request('POST /repos/{owner}/{repo}/issues', parameters, {
        kind: 'create',
        idempotent: false,
        signal,
      });
      return { made: readItem(answer, repository), names };
    } catch (error) {
      const fewer = error instanceof GitHubValidationError ? withoutSuspects(names, error) : undefined;
      if (fewer !== undefined) return create(fewer);
      // GitHub may have made it before it failed.
      throw error instanceof IntegrationError && error.class === 'outage' ? uncertain(error) : error;
    }
  };
  const { made, names } = await create({ labels: draft.labels, assignees: draft.assignees });
  const addLabels = names.labels.length < draft.labels.length ? draft.labels : [];
  const addAssignees = names.assignees.length < draft.assignees.length ? draft.assignees : [];
  if (addLabels.length === 0 && addAssignees.length === 0) return made;
  const ref = { repository, number: made.number, externalId: made.externalId };
  try {
    return await updateIssue(client, ref, { addLabels, addAssignees }, signal);
  } catch (error) {
    // It is there: whoever tries again has to find it instead of making another.
    throw error instanceof IntegrationError ? uncertain(error) : error;
  }
}

type Names = Pick<ItemDraft, 'labels' | 'assignees'>;

const withoutEmpty = ({ labels, assignees }: Names): Partial<Names> => ({
  ...(labels.length === 0 ? {} : { labels }),
  ...(assignees.length === 0 ? {} : { assignees }),
});

/**
 * One assignee or label that GitHub refuses must not keep the issue from being made: what is to try next. Undefined where neither is to
 * blame. Some servers do not name the field.
 */
function withoutSuspects({ labels, assignees }: Names, { fields }: GitHubValidationError): Names | undefined {
  const suspected = (name: string): boolean => fields.length === 0 || fields.some((field) => field.startsWith(name));
  if (assignees.length > 0 && suspected('assignee')) return { labels, assignees: [] };
  if (labels.length > 0 && suspected('label')) return { labels: [], assignees };
  return undefined;
}

function uncertain(error: IntegrationError): IntegrationError {
  const { code, status, hint, message } = error;
  const options = {
    code,
    uncertain: true,
    cause: error,
    ...(status === undefined ? {} : { status }),
    ...(hint === undefined ? {} : { hint }),
  };
  if (error instanceof IntegrationRateLimitError) return new IntegrationRateLimitError(message, error.retryAt, options);
  return new IntegrationError(message, { ...options, class: error.class });
}
