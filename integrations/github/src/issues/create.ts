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

/**
 * Creates an issue with its marker: https://docs.github.com/rest/issues/issues#create-an-issue. If GitHub refuses the labels or assignees
 * of the request, they are added afterwards, if necessary one by one.
 */
export async function createIssue(
  client: GitHubClient,
  repository: RepositoryRef,
  draft: ItemDraft,
  signal?: AbortSignal,
): Promise<ExternalItem> {
  const { title, marker } = draft;
  const body = embedCreateMarker(draft.body, marker);
  const create = async (names: Names): Promise<{ item: ExternalItem; names: Names }> => {
    try {
      const parameters = { ...addressOf(repository), title, body, ...withoutEmpty(names) };
      const response = await client.request('POST /repos/{owner}/{repo}/issues', parameters, {
        kind: 'create',
        idempotent: false,
        signal,
      });
      return { item: readItem(response, repository), names };
    } catch (error) {
      const remaining = error instanceof GitHubValidationError ? withoutSuspectedNames(names, error) : undefined;
      if (remaining !== undefined) return create(remaining);
      // GitHub may have created the issue before its request failed with an outage, so the error says that the create is uncertain.
      throw error instanceof IntegrationError && error.class === 'outage' ? uncertain(error) : error;
    }
  };
  const { item, names } = await create({ labels: draft.labels, assignees: draft.assignees });
  const addLabels = names.labels.length < draft.labels.length ? draft.labels : [];
  const addAssignees = names.assignees.length < draft.assignees.length ? draft.assignees : [];
  if (addLabels.length === 0 && addAssignees.length === 0) return item;
  const ref = { repository, number: item.number, externalId: item.externalId };
  try {
    return await updateIssue(client, ref, { addLabels, addAssignees }, signal);
  } catch (error) {
    // The issue was created before its labels or assignees failed, so a retry must look for it instead of creating another one.
    throw error instanceof IntegrationError ? uncertain(error) : error;
  }
}

type Names = Pick<ItemDraft, 'labels' | 'assignees'>;

const withoutEmpty = ({ labels, assignees }: Names): Partial<Names> => ({
  ...(labels.length === 0 ? {} : { labels }),
  ...(assignees.length === 0 ? {} : { assignees }),
});

/**
 * Returns the labels and assignees for the next attempt after GitHub refused some of them, because one invalid name must not prevent the
 * issue. Returns undefined if the error is about neither. Some servers do not name the refused field, so then both are suspected.
 */
function withoutSuspectedNames({ labels, assignees }: Names, { fields }: GitHubValidationError): Names | undefined {
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
