import assert from 'node:assert/strict';
import { hostOfIssuer } from '../../src/accounts/github-oidc/workflow-identity.ts';
import { analysisJob, completedAnalysis, finding, report } from '../analysis/report-fixture.ts';
import type { ServerWithoutWorkers } from '../harness/server-without-workers.ts';
import type { Ask } from '../http/ask.ts';
import { signedRequest } from '../webhooks/webhook-fixture.ts';

/** A project with one object of each kind that requests name. */
export interface ProjectWorld {
  /** In every text of the project. */
  canary: string;
  /** In every text of its analyzed repository, which a workflow of another repository does not get to see. */
  repositoryCanary: string;
  ids: ObjectIds;
  /** Where its issues are: `owner/name` of the stand-in GitHub. */
  tracker: { owner: string; name: string };
  webhookSecret: string;
}

export interface ObjectIds {
  project: number;
  integration: number;
  /** The analyzed one. */
  repository: number;
  task: number;
  /** Follows issue 1 of the tracker. */
  linked_task: number;
  open_conflict: number;
  decided_conflict: number;
  delivery: number;
  /** A completed analysis of the repository, with a link to its report. */
  job: number;
  waiting_job: number;
  token: number;
  /** Trust in the workflows of the repository. */
  trusted: number;
}

export interface ProjectWorldOptions {
  /** Letters alone, since names of repositories have it too. */
  canary: string;
  /** Who signs the id tokens of workflows, and the immutable id that the repository has in them. Its owner has the id 7. */
  issuer: string;
  externalId: number;
}

export const OWNER_ID = 7;

/** @param ask as the admin token */
export async function createProjectWorld(
  server: ServerWithoutWorkers,
  ask: Ask,
  { canary, issuer, externalId }: ProjectWorldOptions,
): Promise<ProjectWorld> {
  const { db, github } = server;
  const repositoryCanary = `${canary}code`;
  const tracker = { owner: canary, name: `${canary}-issues` };
  const webhookSecret = `the webhook secret of ${canary}`;
  github.state.addOrganization(canary);
  github.state.addRepository({ ...tracker, collaborators: { 'cc-bot': 'admin' } });
  github.state.addIssue({ repository: `${canary}/${canary}-issues`, title: `Issue ${canary}` });
  const board = github.state.addProject({ owner: canary, title: `Board ${canary}`, public: true });
  github.state.addProjectItem({ project: board, content: { title: `Draft ${canary}` } });

  const make = async (path: string, body: object): Promise<number> => {
    const answer = await ask('POST', `/api/v1${path}`, { body });
    assert.ok(answer.status < 300, JSON.stringify(answer.body));
    return Number(answer.body.id ?? answer.body.task_id);
  };
  const project_id = await make('/projects', { name: `Project ${canary}` });
  const integration = await make('/integrations', {
    project_id,
    name: `GitHub ${canary}`,
    integration_type: 'github',
    auth_type: 'token',
    access_token: github.token,
    config: { api_url: github.url, webhook_secret: webhookSecret, repositories: [`${canary}/${canary}-issues`] },
  });
  const repository = await make('/repositories', { project_id, owner: canary, name: repositoryCanary });
  await db
    .updateTable('repositories')
    .set({ external_id: String(externalId), host: hostOfIssuer(issuer) })
    .where('id', '=', repository)
    .execute();
  const task = await make('/tasks', { project_id, title: `Draft ${canary}`, description: `About ${canary}.` });
  await ask('PATCH', `/api/v1/tasks/${task}`, { body: { title: `Task ${canary}` } });
  const linked_task = await make(`/integrations/${integration}/sync/issue-to-task`, {
    repository: tracker,
    issue_number: 1,
  });
  const conflict = async (outcome: string): Promise<number> => {
    const texts = { base: `"${canary}"`, ours: `"Task ${canary}"`, theirs: `"Theirs ${canary}"` };
    const row = { task_id: task, field: 'title', ...texts, outcome };
    return (await db.insertInto('sync_conflicts').values(row).returning('id').executeTakeFirstOrThrow()).id;
  };
  const place = { id: repository, project_id };
  const named = { repository: { owner: canary, name: repositoryCanary } };
  const { id: job } = await completedAnalysis(db, place, {
    request: named,
    report: report([finding({ title: `Finding ${repositoryCanary}` })], {
      repository: { name: `${canary}/${repositoryCanary}`, commit: 'f'.repeat(40), base: null },
    }),
  });
  const { id: waiting_job } = await analysisJob(db, place, 'awaiting_source', named);
  await ask('POST', `/api/v1/jobs/${job}/report-link`);
  const token = await make('/tokens', { name: `Token ${canary}`, scopes: ['tasks:read'], project_id });
  return {
    canary,
    repositoryCanary,
    tracker,
    webhookSecret,
    ids: {
      project: project_id,
      integration,
      repository,
      task,
      linked_task,
      open_conflict: await conflict('open'),
      decided_conflict: await conflict('ours'),
      delivery: await deliver(server, { integration, webhookSecret, canary }),
      job,
      waiting_job,
      token,
      trusted: await make(`/projects/${project_id}/trusted-repositories`, {
        issuer,
        repository_id: externalId,
        owner_id: OWNER_ID,
        name: `${canary}/${repositoryCanary}`,
      }),
    },
  };
}

/** A verified delivery, which no worker processes. */
async function deliver(
  { ingestUrl }: ServerWithoutWorkers,
  { integration, webhookSecret: secret, canary }: { integration: number; webhookSecret: string; canary: string },
): Promise<number> {
  const { headers, body } = signedRequest({
    secret,
    event: 'star',
    body: JSON.stringify({ sender: { login: canary } }),
  });
  const response = await fetch(`${ingestUrl}/api/v1/integrations/${integration}/webhook`, {
    method: 'POST',
    headers: headers as Record<string, string>,
    body,
  });
  assert.equal(response.status, 202, await response.clone().text());
  return ((await response.json()) as { delivery_id: number }).delivery_id;
}
