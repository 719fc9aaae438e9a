import { IntegrationError, IntegrationNotFoundError, type RepositoryRef } from '@commandcenter/integration-kit';
import { Type } from 'typebox';
import type { GitHubClient } from './client.ts';
import { GitHubValidationError } from './github-error.ts';
import { Id } from './numbers.ts';
import { createReader } from './schema-reader.ts';
import { repositoryHookEvents } from './webhooks/events.ts';

const HOOKS = '/repos/{owner}/{repo}/hooks';
/** GitHub allows 20 hooks per event in a repository, so one page of 100 contains them all. */
const PER_PAGE = 100;

const hookReader = createReader(Type.Object({ id: Id }));
const hooksReader = createReader(
  Type.Array(Type.Object({ id: Id, config: Type.Optional(Type.Object({ url: Type.Optional(Type.String()) })) })),
);

/** Creates a webhook in a repository, or updates the one with the same URL: https://docs.github.com/rest/repos/webhooks */
export async function installHook(
  client: GitHubClient,
  repository: RepositoryRef,
  hook: { url: string; secret: string },
  signal?: AbortSignal,
): Promise<{ externalId: string; created: boolean }> {
  const address = { owner: repository.owner, repo: repository.name };
  const settings = {
    active: true,
    events: [...repositoryHookEvents],
    config: { url: hook.url, content_type: 'json', secret: hook.secret, insecure_ssl: '0' },
  };

  const find = async (): Promise<number | undefined> => {
    const { data } = await client.request(`GET ${HOOKS}`, { ...address, per_page: PER_PAGE }, { signal });
    return hooksReader.response(data, "GitHub's list of webhooks").find(({ config }) => config?.url === hook.url)?.id;
  };
  const update = async (hook_id: number) => {
    await client.request(`PATCH ${HOOKS}/{hook_id}`, { ...address, hook_id, ...settings }, { signal });
    return { externalId: String(hook_id), created: false };
  };

  const existing = await find();
  if (existing !== undefined) return update(existing);
  try {
    const { data } = await client.request(
      `POST ${HOOKS}`,
      { ...address, name: 'web', ...settings },
      { kind: 'create', idempotent: false, signal },
    );
    return { externalId: String(hookReader.response(data, "GitHub's webhook").id), created: true };
  } catch (error) {
    // The hook may exist: GitHub refuses a second one with the same URL, and the response to an earlier attempt may have been lost.
    const mayExist =
      error instanceof GitHubValidationError ||
      (error instanceof IntegrationError && (error.uncertain || error.class === 'outage'));
    const found = mayExist ? await find() : undefined;
    if (found === undefined) throw error;
    return update(found);
  }
}

/** Deletes a webhook from a repository. A webhook that does not exist any more is not an error. */
export async function removeHook(
  client: GitHubClient,
  { owner, name }: RepositoryRef,
  externalId: string,
  signal?: AbortSignal,
): Promise<void> {
  await client
    .request(`DELETE ${HOOKS}/{hook_id}`, { owner, repo: name, hook_id: Number(externalId) }, { signal })
    .catch((error: unknown) => {
      if (!(error instanceof IntegrationNotFoundError)) throw error;
    });
}
