import {
  type ExternalItem,
  embedCreateMarker,
  IntegrationError,
  IntegrationNotFoundError,
  type ItemDraft,
  type ItemPatch,
  type ItemRef,
  type RepositoryRef,
} from '@commandcenter/integration-kit';
import type { Answer, GitHubClient } from '../client.ts';
import { GitHubValidationError } from '../github-error.ts';
import { createReader } from '../read.ts';
import { IssueSchema, isPullRequest, toItem } from './issue.ts';

const issueReader = createReader(IssueSchema);
const ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}';

const addressOf = ({ owner, name }: RepositoryRef) => ({ owner, repo: name });

/** https://docs.github.com/rest/issues/issues#get-an-issue */
export async function getIssue(client: GitHubClient, ref: ItemRef, signal?: AbortSignal): Promise<ExternalItem> {
  const { data } = await client.request(
    `GET ${ISSUE}`,
    { ...addressOf(ref.repository), issue_number: ref.number },
    { signal },
  );
  return readItem(data, ref.repository);
}

/** https://docs.github.com/rest/issues/issues#create-an-issue */
export async function createIssue(
  client: GitHubClient,
  repository: RepositoryRef,
  draft: ItemDraft,
  signal?: AbortSignal,
): Promise<ExternalItem> {
  const { title, labels, assignees } = draft;
  const body = embedCreateMarker(draft.body, draft.marker);
  const create = async (extra: Record<string, unknown>): Promise<ExternalItem> => {
    const parameters = { ...addressOf(repository), title, body, ...(labels.length === 0 ? {} : { labels }), ...extra };
    const { data } = await client.request('POST /repos/{owner}/{repo}/issues', parameters, {
      kind: 'create',
      idempotent: false,
      signal,
    });
    return readItem(data, repository);
  };
  try {
    return await create(assignees.length === 0 ? {} : { assignees });
  } catch (error) {
    // One assignee that GitHub refuses must not keep the issue from being made; adding assignees drops the refused ones silently.
    if (
      error instanceof GitHubValidationError &&
      assignees.length > 0 &&
      error.fields.some((field) => field.startsWith('assignee'))
    ) {
      const made = await create({});
      return updateIssue(client, { repository, number: made.number }, { addAssignees: assignees }, signal);
    }
    // GitHub may have made it before it failed.
    throw error instanceof IntegrationError && error.class === 'outage' ? uncertain(error) : error;
  }
}

/**
 * Only what changed, labels and assignees by their own endpoints, so that nobody else's are replaced. Answers the issue as the last
 * answer shows it.
 */
export async function updateIssue(
  client: GitHubClient,
  ref: ItemRef,
  patch: ItemPatch,
  signal?: AbortSignal,
): Promise<ExternalItem> {
  const address = { ...addressOf(ref.repository), issue_number: ref.number };
  const { addLabels = [], removeLabels = [], addAssignees = [], removeAssignees = [] } = patch;
  let last: Answer | null = null;

  // Added first: the event between the two then shows the old or the new priority, never none.
  if (addLabels.length > 0) {
    await client.request(`POST ${ISSUE}/labels`, { ...address, labels: addLabels }, { idempotent: true, signal });
  }
  for (const name of removeLabels) {
    await client.request(`DELETE ${ISSUE}/labels/{name}`, { ...address, name }, { signal }).catch(alreadyGone);
  }
  const fields = fieldsOf(patch);
  if (Object.keys(fields).length > 0) {
    last = await client.request(`PATCH ${ISSUE}`, { ...address, ...fields }, { signal });
    if (keptItsReason(last.data, patch)) {
      await client.request(`PATCH ${ISSUE}`, { ...address, state: 'open' }, { signal });
      last = await client.request(`PATCH ${ISSUE}`, { ...address, ...fields }, { signal });
    }
  }
  if (removeAssignees.length > 0) {
    last = await client.request(`DELETE ${ISSUE}/assignees`, { ...address, assignees: removeAssignees }, { signal });
  }
  if (addAssignees.length > 0) {
    last = await client.request(
      `POST ${ISSUE}/assignees`,
      { ...address, assignees: addAssignees },
      { idempotent: true, signal },
    );
  }
  return last !== null && issueReader.matches(last.data)
    ? readItem(last.data, ref.repository)
    : getIssue(client, ref, signal);
}

/** GitHub ignores a new reason for an issue that is closed already: it has to be opened and closed again. */
function keptItsReason(data: unknown, { state }: ItemPatch): boolean {
  if (state?.state !== 'closed' || !issueReader.matches(data)) return false;
  const reason = data.state_reason ?? null;
  return data.state === 'closed' && reason !== null && reason !== state.reason;
}

const fieldsOf = ({ title, body, state }: ItemPatch): Record<string, unknown> => ({
  ...(title === undefined ? {} : { title }),
  ...(body === undefined ? {} : { body }),
  ...(state === undefined
    ? {}
    : state.state === 'open'
      ? { state: 'open' }
      : { state: 'closed', state_reason: state.reason }),
});

function readItem(data: unknown, repository: RepositoryRef): ExternalItem {
  const issue = issueReader.answer(data, "GitHub's issue");
  if (isPullRequest(issue)) {
    throw new IntegrationNotFoundError(
      `${repository.owner}/${repository.name}#${issue.number} is a pull request, not an issue.`,
      {
        code: 'github.pull_request',
        hint: 'Give the number of an issue.',
      },
    );
  }
  return toItem(issue, repository);
}

function alreadyGone(error: unknown): void {
  if (!(error instanceof IntegrationNotFoundError)) throw error;
}

const uncertain = (error: IntegrationError): IntegrationError =>
  new IntegrationError(error.message, {
    class: error.class,
    code: error.code,
    uncertain: true,
    cause: error,
    ...(error.status === undefined ? {} : { status: error.status }),
  });
