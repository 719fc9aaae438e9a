import assert from 'node:assert/strict';
import { analysisJob, completedAnalysis } from '../analysis/report-fixture.ts';
import type { ServerWithoutWorkers } from '../harness/server-without-workers.ts';
import type { Ask } from '../http/ask.ts';
import { signedRequest } from '../webhooks/webhook-fixture.ts';

/** Objects of one project that requests name, so that not every response is 404. Requests may change and delete them. */
export interface World {
  /** Ids by kind, named as in fields and paths: `task`, `trusted_repository`. */
  ids: Readonly<Record<string, number>>;
  /** Id of an integration whose provider can be read. `disabled` is a disabled one, for requests that would write at the provider. */
  readable: number;
  disabled: number;
  /** Tokens other than the admin token: one of a single project, one that may only read tasks, and an invalid one. */
  tokens: readonly string[];
  /** Cursors that the server returned with real lists. */
  cursors: readonly string[];
  webhookSecret: string;
}

const WEBHOOK_SECRET = 'the-webhook-secret-of-the-fuzzer';

/**
 * Creates a new project with the objects that fuzzed requests name.
 *
 * @param ask calls the API with the admin token
 */
export async function createWorld(server: ServerWithoutWorkers, ask: Ask): Promise<World> {
  const { db, github } = server;
  const make = async (path: string, body: object): Promise<number> => Number((await created(ask, path, body)).id);
  const project_id = await make('/projects', { name: 'Fuzzed' });
  const integration = (name: string, more: object) =>
    make('/integrations', { project_id, name, integration_type: 'github', auth_type: 'token', ...more });
  const readable = await integration('Readable', { access_token: github.token, config: { api_url: github.url } });
  const disabled = await integration('Disabled', {
    access_token: 'ghp_disabled',
    enabled: false,
    config: { api_url: github.url },
  });
  const changeable = await integration('Changeable', {
    access_token: 'ghp_changeable',
    config: { webhook_secret: WEBHOOK_SECRET, repositories: ['octo/hello'] },
  });
  const repository = await make('/repositories', { project_id, owner: 'my-org', name: 'known' });
  const task = await make('/tasks', { project_id, title: 'A task', labels: ['one'], due_date: '2026-02-28' });
  await make('/tasks', { project_id, title: 'Another task' });
  const trusted = await make(`/projects/${project_id}/trusted-repositories`, { repository_id: 5, owner_id: 5 });
  const job = await completedAnalysis(db, { id: repository, project_id });
  const waiting = await analysisJob(db, { id: repository, project_id }, 'awaiting_source');
  const bound = await created(ask, '/tokens', { name: 'Bound', scopes: ['tasks:read', 'jobs:read'], project_id });
  const reader = await created(ask, '/tokens', { name: 'Reader', scopes: ['tasks:read'] });
  const { id: conflict } = await db
    .insertInto('sync_conflicts')
    .values({ task_id: task, field: 'title', base: '"A"', ours: '"A task"', theirs: '"B"', outcome: 'open' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { body: tasks } = await ask('GET', `/api/v1/tasks?project_id=${project_id}&limit=1`);
  return {
    ids: {
      project: project_id,
      empty_project: await make('/projects', { name: 'Empty' }),
      repository,
      task,
      integration: changeable,
      job: job.id,
      waiting_job: waiting.id,
      delivery: await deliver(server, changeable),
      token: Number(bound.id),
      trusted,
      conflict,
    },
    readable,
    disabled,
    tokens: [String(bound.token), String(reader.token), 'nonsense'],
    cursors: [String(tasks.next_cursor)],
    webhookSecret: WEBHOOK_SECRET,
  };
}

async function created(ask: Ask, path: string, body: object): Promise<Awaited<ReturnType<Ask>>['body']> {
  const answer = await ask('POST', `/api/v1${path}`, { body });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

/** Sends a signed delivery and returns its id. No worker processes it, because the server runs without workers. */
async function deliver({ ingestUrl }: ServerWithoutWorkers, integrationId: number): Promise<number> {
  const { headers, body } = signedRequest({ secret: WEBHOOK_SECRET });
  const response = await fetch(`${ingestUrl}/api/v1/integrations/${integrationId}/webhook`, {
    method: 'POST',
    headers: headers as Record<string, string>,
    body,
  });
  assert.equal(response.status, 202);
  return ((await response.json()) as { delivery_id: number }).delivery_id;
}
