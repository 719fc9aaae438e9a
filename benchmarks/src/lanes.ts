import { type FakeGitHub, startFakeGitHub } from '@commandcenter/fake-github';
import { callApi, waitForJob } from './call-api.ts';
import { figure, format, heading, median } from './report.ts';
import { type ServerUnderTest, startServerUnderTest } from './server-under-test.ts';

const ROUNDS = 9;
const ISSUES = 100;
const CREATES = 1000;
const CREATES_AT_ONCE = 200;
const SILENT_IMPORTS = 12;
const ALWAYS = Number.POSITIVE_INFINITY;
/** Time limit in milliseconds for an import of 100 issues. An import that takes longer is blocked and not only slower. */
const MAX_IMPORT_MS = 120_000;

interface TestProject {
  github: FakeGitHub;
  projectId: number;
  integrationId: number;
}

/** Imports 100 issues, first alone and then while two other projects have failing GitHubs. */
export async function benchLanes(): Promise<void> {
  heading('An import while other projects fail');
  const server = await startServerUnderTest({ environment: { EGRESS_ALLOW: '127.0.0.1' } });
  const healthy = await addProject(server, 'Healthy');
  const refusing = await addProject(server, 'Refusing');
  const silent = await addProject(server, 'Silent');

  await importFresh(server, healthy, 'warm-up');
  const alone: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) alone.push(await importFresh(server, healthy, `alone-${round}`));

  const refusal = { message: 'Resource not accessible by personal access token' };
  refusing.github.fault({
    kind: 'status',
    status: 403,
    body: refusal,
    method: 'POST',
    path: /\/issues$/,
    times: ALWAYS,
  });
  silent.github.fault({ kind: 'hang', path: /./, times: ALWAYS });
  await requestCreates(server, refusing);
  for (let index = 0; index < SILENT_IMPORTS; index += 1) await startImport(server, silent, `silent-${index}`);
  const whileOthersFail: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    whileOthersFail.push(await importFresh(server, healthy, `failing-${round}`));

  console.log(`     alone: ${describe(alone)}; while others fail: ${describe(whileOthersFail)}`);
  figure('while others fail / alone', median(whileOthersFail) / median(alone), '', { atMost: 1.5 });
  await server.stop();
  for (const { github } of [healthy, refusing, silent]) await github.close();
}

const describe = (seconds: readonly number[]): string =>
  `${format(median(seconds))} s (${format(Math.min(...seconds))} to ${format(Math.max(...seconds))})`;

async function addProject(server: ServerUnderTest, name: string): Promise<TestProject> {
  const github = await startFakeGitHub({ checks: false });
  github.state.addOrganization('org');
  addRepository(github, 'repo');
  const { id: projectId } = await callApi<{ id: number }>(server, '/projects', { name });
  const { id: integrationId } = await callApi<{ id: number }>(server, '/integrations', {
    project_id: projectId,
    name: `GitHub of ${name}`,
    integration_type: 'github',
    auth_type: 'token',
    access_token: github.state.addToken({ login: 'bench' }),
    config: { api_url: github.url },
  });
  return { github, projectId, integrationId };
}

const addRepository = (github: FakeGitHub, name: string) =>
  github.state.addRepository({ owner: 'org', name, collaborators: { bench: 'admin' } });

async function startImport(server: ServerUnderTest, { integrationId }: TestProject, name: string): Promise<number> {
  const path = `/integrations/${integrationId}/github/import`;
  return (await callApi<{ job_id: number }>(server, path, { repository: { owner: 'org', name } })).job_id;
}

/** Imports a new repository, and returns the seconds from the request to the end by the server's clock. */
async function importFresh(server: ServerUnderTest, project: TestProject, name: string): Promise<number> {
  addRepository(project.github, name);
  project.github.state.addIssues({
    repository: `org/${name}`,
    count: ISSUES,
    make: (index) => ({ title: `Issue ${index + 1}`, body: 'Some text. '.repeat(50) }),
  });
  const job = await waitForJob(server, await startImport(server, project, name), MAX_IMPORT_MS);
  return (Date.parse(job.completed_at) - Date.parse(job.created_at)) / 1000;
}

/** Requests many issues for tasks. The server waits ten seconds in each request, and then continues in a job. */
async function requestCreates(server: ServerUnderTest, { projectId, integrationId }: TestProject): Promise<void> {
  const path = `/integrations/${integrationId}/github/sync/task-to-issue`;
  const request = async (title: string): Promise<void> => {
    const { id } = await callApi<{ id: number }>(server, '/tasks', { project_id: projectId, title });
    // The server refuses some requests while many callers wait.
    await callApi(server, path, { task_id: id, repository: { owner: 'org', name: 'repo' } }).catch(() => undefined);
  };
  for (let done = 0; done < CREATES; done += CREATES_AT_ONCE)
    await Promise.all(Array.from({ length: CREATES_AT_ONCE }, (_, index) => request(`Task ${done + index}`)));
}
