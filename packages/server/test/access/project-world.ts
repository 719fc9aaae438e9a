import assert from 'node:assert/strict';
import { hostOfIssuer } from '../../src/accounts/github-oidc/workflow-identity.ts';
import { analysisJob, completedAnalysis, finding, report } from '../analysis/report-fixture.ts';
import type { ServerWithoutWorkers } from '../harness/server-without-workers.ts';
import type { Ask } from '../http/ask.ts';
import { signedRequest } from '../webhooks/webhook-fixture.ts';

/** A project with one object of each kind that a request can name. */
export interface ProjectWorld {
  /** A word that occurs in every text of the project, so that a response that leaks one of them is recognized. */
  canary: string;
  /** A word that occurs in every text of the analyzed repository. A workflow of another repository must not see it. */
  repositoryCanary: string;
  ids: ObjectIds;
  /** Owner and name of the repository at the fake GitHub that has the project's issues. */
  tracker: { owner: string; name: string };
  webhookSecret: string;
}

export interface ObjectIds {
  project: number;
  integration: number;
  /** Id of the repository that was analyzed. */
  repository: number;
  task: number;
  /** Id of a task that is linked to issue 1 of the tracker. */
  linked_task: number;
  open_conflict: number;
  decided_conflict: number;
  delivery: number;
  /** Id of a completed analysis of the repository, for which a report link was created. */
  job: number;
  waiting_job: number;
  token: number;
  /** Id of the entry by which the project trusts the workflows of the repository. */
  trusted: number;
}

export interface ProjectWorldOptions {
  /** The word that marks the project's texts. It may have letters only, because names of repositories contain it. */
  canary: string;
  /** URL of the issuer that signs the id tokens of workflows. */
  issuer: string;
  externalId: number;
}

export const OWNER_ID = 7;

/**
 * Creates a project with one object of each kind.
 *
 * @param ask calls the API with the admin token
 */
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

/** Sends a signed delivery and returns its id. No worker processes it, because the server runs without workers. */
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
