import {
  type ExternalItem,
  IntegrationError,
  IntegrationNotFoundError,
  type ItemPatch,
  type ItemRef,
  type RepositoryRef,
} from '@commandcenter/integration-kit';
import { RequestError } from '@octokit/request-error';
import type { Answer, GitHubClient } from '../client.ts';
import { GitHubValidationError } from '../github-error.ts';
import { createReader } from '../read.ts';
import { RepositorySchema, toRepository } from '../repository.ts';
import { IssueSchema, isPullRequest, toItem } from './issue.ts';

const issueReader = createReader(IssueSchema);
const repositoryReader = createReader(RepositorySchema);
const ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}';

export const addressOf = ({ owner, name }: RepositoryRef) => ({ owner, repo: name });

/** https://docs.github.com/rest/issues/issues#get-an-issue */
export async function getIssue(client: GitHubClient, ref: ItemRef, signal?: AbortSignal): Promise<ExternalItem> {
  const parameters = { ...addressOf(ref.repository), issue_number: ref.number };
  const answer = await client.request(`GET ${ISSUE}`, parameters, { signal }).catch(async (error: unknown) => {
    throw (await findDisabledIssues(client, error, signal)) ?? error;
  });
  return readItem(answer, ref.repository, ref.externalId);
}

/**
 * A 410 means that the issue was deleted, or that issues are disabled in its repository. The caller tells them apart by asking for the
 * repository, and knows only the one that it named. When the request was redirected, the repository of the response is asked here.
 */
async function findDisabledIssues(
  client: GitHubClient,
  error: unknown,
  signal: AbortSignal | undefined,
): Promise<IntegrationError | null> {
  if (!(error instanceof IntegrationNotFoundError && error.gone && error.cause instanceof RequestError)) return null;
  const [, id] = /\/repositories\/(\d+)\/issues\/\d+$/.exec(error.cause.response?.url ?? '') ?? [];
  if (id === undefined) return null;
  // Undocumented, but GitHub redirects requests for a renamed repository to this address.
  const { data } = await client.request('GET /repositories/{id}', { id }, { signal });
  const { owner, name, itemsDisabled } = toRepository(repositoryReader.answer(data, "GitHub's repository"));
  if (itemsDisabled !== true) return null;
  return new IntegrationError(`The issue is in ${owner}/${name} now, where issues are disabled.`, {
    class: 'permission',
    code: 'github.issues_disabled',
    status: 410,
    hint: `Enable issues in the settings of ${owner}/${name}.`,
    cause: error,
  });
}

/** Sends one request about the issue of a patch. */
type Send = (route: string, parameters: Record<string, unknown>) => Promise<Answer>;

/**
 * Sends only what changed, and each request once: after a failure or a wait, the caller reads the issue before it sends again. Labels and assignees have their own endpoints, so that nobody else's are replaced. Returns the issue as the
 * last response shows it.
 *
 * Another repository may have taken the name over since the caller looked, and then the requests reach an issue of that one. The request
 * for title, description and state goes out first, because its response names the issue: when it is another one, nothing else is sent.
 * This detects a wrong write and cannot prevent the first one. A patch of labels alone is checked only after its last request, because
 * the label endpoints return no issue.
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
    const answer = await client.request(
      route,
      { ...address, ...parameters },
      { idempotent: true, repeat: false, signal },
    );
    if (issueReader.matches(answer.data)) assertSameItem(readItem(answer, ref.repository, ref.externalId), ref);
    return answer;
  };
  const read = async (): Promise<ExternalItem> => {
    const item = await getIssue(client, ref, signal);
    assertSameItem(item, ref);
    return item;
  };

  let last: Answer | null = null;
  const fields = fieldsOf(patch);
  if (Object.keys(fields).length > 0) {
    last = await send(`PATCH ${ISSUE}`, fields);
    if (keptItsReason(last.data, patch)) {
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
  // Labels are added before others are removed: the event between the two then shows the old or the new priority, never none.
  await addNames(add, (labels) => send(`POST ${ISSUE}/labels`, { labels }));
  for (const name of remove.filter(isAddressable))
    await send(`DELETE ${ISSUE}/labels/{name}`, { name }).catch(ignoreNotFound);
  const unaddressable = remove.filter((name) => !isAddressable(name));
  if (unaddressable.length === 0) return;
  const { labels: present = [] } = await read();
  const labels = present.filter((name) => !unaddressable.includes(name));
  if (labels.length < present.length) await send(`PUT ${ISSUE}/labels`, { labels });
}

/** Without a redirect, another id under the same number is another issue and not the former one at a new place. */
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

/** URLs resolve a label `.` or `..`, also percent-encoded, to another resource. Such a label is removed by setting all the others. */
const isAddressable = (label: string): boolean => label !== '.' && label !== '..';

/** When GitHub refuses some of the names, adds the others one by one. Returns the last response, or null when none was accepted. */
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

/** `formerId` is the id that the issue is known by: after a redirect, another one means that the issue was transferred. */
export function readItem({ data, redirected }: Answer, repository: RepositoryRef, formerId?: string): ExternalItem {
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
  const item = toItem(issue, repository);
  const moved = redirected && formerId !== undefined && formerId !== item.externalId;
  return moved ? { ...item, movedFrom: formerId } : item;
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof IntegrationNotFoundError)) throw error;
}
