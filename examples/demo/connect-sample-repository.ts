import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@commandcenter/client';
import { type DemoServer, unwrap } from './demo-server.ts';
import { demoGitHubToken, demoRepository } from './emulated-github.ts';
import type { ConflictView, TaskView } from './follow.ts';
import { type StagedConflict, stageConflict } from './stage-conflict.ts';

export interface SampleConnection {
  integrationId: number;
  listTasks(signal: AbortSignal): Promise<TaskView[]>;
  listConflicts(signal: AbortSignal): Promise<ConflictView[]>;
  /** Returns the id of the task that is linked to this issue. */
  taskOfIssue(number: number): number;
  unlinkedTask: { id: number; title: string };
  conflict: StagedConflict;
}

const IMPORT_TIMEOUT_MS = 30_000;

/**
 * Creates the integration and its webhook, imports the issues, adds a task without an issue, and edits one task and its issue differently.
 */
export async function connectSampleRepository(server: DemoServer, githubUrl: string): Promise<SampleConnection> {
  const client = createClient({ baseUrl: server.url, token: server.token });
  const projects = unwrap(await client.GET('/api/v1/projects', {}));
  const projectId = projects.items[0]?.id;
  if (projectId === undefined) throw new Error('The server has no project.');
  const integration = unwrap(
    await client.POST('/api/v1/integrations', {
      body: {
        project_id: projectId,
        name: 'GitHub: demo',
        integration_type: 'github',
        auth_type: 'token',
        access_token: demoGitHubToken,
        config: {
          api_url: githubUrl,
          webhook_secret: randomBytes(32).toString('hex'),
          auto_sync: true,
          conflict_policy: 'manual',
        },
      },
    }),
  );
  const path = { params: { path: { id: integration.id } } };
  const body = { repository: demoRepository };
  unwrap(await client.POST('/api/v1/integrations/{id}/github/webhooks', { ...path, body }));
  const { job_id } = unwrap(await client.POST('/api/v1/integrations/{id}/github/import', { ...path, body }));

  const deadline = Date.now() + IMPORT_TIMEOUT_MS;
  for (;;) {
    const job = unwrap(await client.GET('/api/v1/jobs/{id}', { params: { path: { id: job_id } } }));
    if (job.status === 'completed') break;
    if (job.status === 'failed' || Date.now() > deadline)
      throw new Error(`The import is ${job.status}: ${JSON.stringify(job.error)}`);
    await delay(50);
  }
  const title = 'Write the report';
  const unlinkedTask = unwrap(
    await client.POST('/api/v1/tasks', { body: { project_id: projectId, title, priority: 'high' } }),
  );
  const project = { params: { query: { project_id: projectId, limit: 200 } } };
  const withTimeLimit = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(5000)]);
  const listTasks = async (signal: AbortSignal): Promise<TaskView[]> =>
    unwrap(await client.GET('/api/v1/tasks', { ...project, signal: withTimeLimit(signal) })).items;
  const listConflicts = async (signal: AbortSignal): Promise<ConflictView[]> =>
    unwrap(await client.GET('/api/v1/conflicts', { ...project, signal: withTimeLimit(signal) })).items;
  const tasks = await listTasks(new AbortController().signal);
  const taskOfIssue = (number: number): number => {
    const task = tasks.find(({ links }) => links.some((link) => link.number === number));
    if (task === undefined) throw new Error(`The import created no task for issue #${number}.`);
    return task.id;
  };
  const integrationId = integration.id;
  const conflict = await stageConflict(client, { integrationId, taskId: taskOfIssue(3), issue: 3, githubUrl });
  return { integrationId, listTasks, listConflicts, taskOfIssue, unlinkedTask, conflict };
}
