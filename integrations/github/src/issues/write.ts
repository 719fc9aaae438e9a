import {
  type ExternalItem,
  IntegrationNotFoundError,
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

export const addressOf = ({ owner, name }: RepositoryRef) => ({ owner, repo: name });

/** https://docs.github.com/rest/issues/issues#get-an-issue */
export async function getIssue(client: GitHubClient, ref: ItemRef, signal?: AbortSignal): Promise<ExternalItem> {
  const { data } = await client.request(
    `GET ${ISSUE}`,
    { ...addressOf(ref.repository), issue_number: ref.number },
    { signal },
  );
  return readItem(data, ref.repository);
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
  await addNames(addLabels, (labels) =>
    client.request(`POST ${ISSUE}/labels`, { ...address, labels }, { idempotent: true, signal }),
  );
  for (const name of removeLabels.filter(isAddressable)) {
    await client.request(`DELETE ${ISSUE}/labels/{name}`, { ...address, name }, { signal }).catch(alreadyGone);
  }
  const unaddressable = removeLabels.filter((name) => !isAddressable(name));
  if (unaddressable.length > 0) {
    const { labels: present } = await getIssue(client, ref, signal);
    const labels = present.filter((name) => !unaddressable.includes(name));
    if (labels.length < present.length) await client.request(`PUT ${ISSUE}/labels`, { ...address, labels }, { signal });
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
  const added = await addNames(addAssignees, (assignees) =>
    client.request(`POST ${ISSUE}/assignees`, { ...address, assignees }, { idempotent: true, signal }),
  );
  last = added ?? last;
  return last !== null && issueReader.matches(last.data)
    ? readItem(last.data, ref.repository)
    : getIssue(client, ref, signal);
}

/** A label `.` or `..` in an address, also percent-encoded, would be resolved and name another resource: it goes by setting the rest. */
const isAddressable = (label: string): boolean => label !== '.' && label !== '..';

/** Where GitHub refuses some, those that it takes are added all the same; the issue then shows which these were. Answers the last answer. */
async function addNames(
  names: readonly string[],
  add: (names: readonly string[]) => Promise<Answer>,
): Promise<Answer | null> {
  if (names.length === 0) return null;
  try {
    return await add(names);
  } catch (error) {
    if (!(error instanceof GitHubValidationError)) throw error;
  }
  let last: Answer | null = null;
  if (names.length > 1) for (const name of names) last = (await addNames([name], add)) ?? last;
  return last;
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

export function readItem(data: unknown, repository: RepositoryRef): ExternalItem {
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
