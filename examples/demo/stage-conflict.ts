import { setTimeout as delay } from 'node:timers/promises';
import type { CommandCenterClient } from '@commandcenter/client';
import { unwrap } from './demo-server.ts';
import { editEmulatedIssue } from './emulated-github.ts';

/** An open conflict that a person has to decide. */
export interface StagedConflict {
  id: number;
  ours: string;
  theirs: string;
}

const CONFLICT_TIMEOUT_MS = 30_000;

/** Edits a task and its issue differently while the integration is disabled, like two people during an outage. */
export async function stageConflict(
  client: CommandCenterClient,
  {
    integrationId,
    taskId,
    issue,
    githubUrl,
  }: { integrationId: number; taskId: number; issue: number; githubUrl: string },
): Promise<StagedConflict> {
  const integration = { params: { path: { id: integrationId } } };
  const task = { params: { path: { id: taskId } } };
  const [ours, theirs] = ['Choose a tokenizer by its speed', 'Choose a tokenizer by its license'];
  unwrap(await client.PATCH('/api/v1/integrations/{id}', { ...integration, body: { enabled: false } }));
  unwrap(await client.PATCH('/api/v1/tasks/{id}', { ...task, body: { title: ours } }));
  await editEmulatedIssue(githubUrl, issue, { title: theirs });
  unwrap(await client.PATCH('/api/v1/integrations/{id}', { ...integration, body: { enabled: true } }));
  for (const deadline = Date.now() + CONFLICT_TIMEOUT_MS; ; await delay(50)) {
    const query = { task_id: taskId, outcome: 'open' } as const;
    const { items } = unwrap(await client.GET('/api/v1/conflicts', { params: { query } }));
    const [conflict] = items;
    if (conflict !== undefined) return { id: conflict.id, ours, theirs };
    if (Date.now() > deadline) throw new Error('The edits on both sides caused no conflict.');
  }
}
