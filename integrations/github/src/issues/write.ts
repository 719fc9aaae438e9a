import {
  type ExternalItem,
  IntegrationError,
  IntegrationNotFoundError,
  type ItemPatch,
  type ItemRef,
  type RepositoryRef,
} from '@commandcenter/integration-kit';
import { RequestError } from '@octokit/request-error';
import type { GitHubClient, GitHubResponse } from '../client.ts';
import { GitHubValidationError } from '../github-error.ts';
import { RepositorySchema, toRepository } from '../repository.ts';
import { createReader } from '../schema-reader.ts';
import { IssueSchema, isPullRequest, toItem } from './issue.ts';

const issueReader = createReader(IssueSchema);
const repositoryReader = createReader(RepositorySchema);
const ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}';

export const addressOf = ({ owner, name }: RepositoryRef) => ({ owner, repo: name });

/** Reads one issue: https://docs.github.com/rest/issues/issues#get-an-issue */
export async function getIssue(client: GitHubClient, ref: ItemRef, signal?: AbortSignal): Promise<ExternalItem> {
  const parameters = { ...addressOf(ref.repository), issue_number: ref.number };
  const response = await client.request(`GET ${ISSUE}`, parameters, { signal }).catch(async (error: unknown) => {
    throw (await findDisabledIssues(client, error, signal)) ?? error;
  });
  return readItem(response, ref.repository, ref.externalId);
}

/**
 * Returns an error if a 410 means that issues are disabled in the repository to which the request was redirected, otherwise null. The
 * caller reads only the repository that it named, so it cannot distinguish this from a deleted issue.
 */
async function findDisabledIssues(
  client: GitHubClient,
  error: unknown,
  signal: AbortSignal | undefined,
): Promise<IntegrationError | null> {
  if (!(error instanceof IntegrationNotFoundError && error.gone && error.cause instanceof RequestError)) return null;
  const [, id] = /\/repositories\/(\d+)\/issues\/\d+$/.exec(error.cause.response?.url ?? '') ?? [];
  if (id === undefined) return null;
  // The address `/repositories/{id}` is undocumented, but GitHub redirects requests for renamed repositories to it.
  const { data } = await client.request('GET /repositories/{id}', { id }, { signal });
  const { owner, name, itemsDisabled } = toRepository(repositoryReader.response(data, "GitHub's repository"));
  if (itemsDisabled !== true) return null;
  return new IntegrationError(`The issue is in ${owner}/${name} now, where issues are disabled.`, {
    class: 'permission',
    code: 'github.issues_disabled',
    status: 410,
    hint: `Enable issues in the settings of ${owner}/${name}.`,
    cause: error,
  });
}

/** Sends one of the requests that a patch of an issue consists of. */
type Send = (route: string, parameters: Record<string, unknown>) => Promise<GitHubResponse>;

/**
 * Applies a patch to an issue and returns the issue as the last response shows it. Sends only the changed fields, and each request once:
 * after a failure or a wait, the caller reads the issue before it sends again. Labels and assignees have their own endpoints, so those of
 * other people stay.
 *
 * Another repository may have taken the name over since the caller looked, so that the requests reach an issue of that repository. The
 * request for title, description and state is sent first because its response names the issue; if it is another issue, nothing else is
 * sent. This detects a wrong write but cannot prevent the first one. A patch of labels alone is checked after its last request, because the
 * label endpoints return no issue.
 */
export async function updateIssue(
  client: GitHubClient,
  ref: ItemRef,
  patch: ItemPatch,
  signal?: AbortSignal,
): Promise<ExternalItem> {
  const address = { ...addressOf(ref.repository), issue_number: ref.number };
  const { addLabels = [], removeLabels = [], addAssignees = [], removeAssignees = [] } = patch;
  const send: Send = async (route, parameters) => {
    const response = await client.request(
      route,
      { ...address, ...parameters },
      { idempotent: true, repeat: false, signal },
    );
    if (issueReader.matches(response.data)) assertSameItem(readItem(response, ref.repository, ref.externalId), ref);
    return response;
  };
  const read = async (): Promise<ExternalItem> => {
    const item = await getIssue(client, ref, signal);
    assertSameItem(item, ref);
    return item;
  };

  let last: GitHubResponse | null = null;
  const fields = fieldsOf(patch);
  if (Object.keys(fields).length > 0) {
    last = await send(`PATCH ${ISSUE}`, fields);
    if (ignoredNewReason(last.data, patch)) {
      await send(`PATCH ${ISSUE}`, { state: 'open' });
      last = await send(`PATCH ${ISSUE}`, fields);
    }
  }
  if (addLabels.length > 0 || removeLabels.length > 0) {
    await changeLabels(send, read, addLabels, removeLabels);
    last = null;
  }
  if (removeAssignees.length > 0) last = await send(`DELETE ${ISSUE}/assignees`, { assignees: removeAssignees });
  const added = await addNames(addAssignees, (assignees) => send(`POST ${ISSUE}/assignees`, { assignees }));
  last = added ?? last;
  return last !== null && issueReader.matches(last.data) ? readItem(last, ref.repository, ref.externalId) : read();
}

async function changeLabels(
  send: Send,
  read: () => Promise<ExternalItem>,
  add: readonly string[],
  remove: readonly string[],
): Promise<void> {
  // Labels are added before others are removed, so that the event in between shows the old or the new priority and never none.
  await addNames(add, (labels) => send(`POST ${ISSUE}/labels`, { labels }));
  for (const name of remove.filter(isAddressable))
    await send(`DELETE ${ISSUE}/labels/{name}`, { name }).catch(ignoreNotFound);
  const unaddressable = remove.filter((name) => !isAddressable(name));
  if (unaddressable.length === 0) return;
  const { labels: present = [] } = await read();
  const labels = present.filter((name) => !unaddressable.includes(name));
  if (labels.length < present.length) await send(`PUT ${ISSUE}/labels`, { labels });
}

/** Throws if the issue has another id although no redirect led to it: then it is a different issue, not the same one in a new place. */
function assertSameItem({ externalId, movedFrom }: ExternalItem, ref: ItemRef): void {
  if (ref.externalId === undefined || externalId === ref.externalId || movedFrom !== undefined) return;
  const { owner, name } = ref.repository;
  throw new IntegrationNotFoundError(
    `${owner}/${name}#${ref.number} is another issue (id ${externalId}) than the one that is linked (id ${ref.externalId}).`,
    {
      code: 'github.other_issue',
      hint: 'Check whether the repository was replaced by another one with the same name.',
    },
  );
}

/**
 * Returns false for the labels `.` and `..`, because URLs resolve these to another resource even if percent-encoded. Such labels are
 * removed by setting all other labels.
 */
const isAddressable = (label: string): boolean => label !== '.' && label !== '..';

/**
 * Adds labels or assignees at once, or one by one if GitHub refuses some of them. Returns the last response, or null if none was
 * accepted.
 */
async function addNames(
  names: readonly string[],
  add: (names: readonly string[]) => Promise<GitHubResponse>,
): Promise<GitHubResponse | null> {
  if (names.length === 0) return null;
  try {
    return await add(names);
  } catch (error) {
    if (!(error instanceof GitHubValidationError)) throw error;
  }
  let last: GitHubResponse | null = null;
  if (names.length > 1) for (const name of names) last = (await addNames([name], add)) ?? last;
  return last;
}

/**
 * Returns true if GitHub ignored the new reason for closing because the issue was already closed. The issue must then be reopened and
 * closed again.
 */
function ignoredNewReason(data: unknown, { state }: ItemPatch): boolean {
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

/**
 * Converts a response to an item. `formerId` is the known id of the issue; another id after a redirect means that the issue was
 * transferred.
 */
export function readItem(
  { data, redirected }: GitHubResponse,
  repository: RepositoryRef,
  formerId?: string,
): ExternalItem {
  const issue = issueReader.response(data, "GitHub's issue");
  if (isPullRequest(issue)) {
    throw new IntegrationNotFoundError(
      `${repository.owner}/${repository.name}#${issue.number} is a pull request, not an issue.`,
      {
        code: 'github.pull_request',
        hint: 'Give the number of an issue.',
      },
    );
  }
  const item = toItem(issue, repository);
  const moved = redirected && formerId !== undefined && formerId !== item.externalId;
  return moved ? { ...item, movedFrom: formerId } : item;
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof IntegrationNotFoundError)) throw error;
}
