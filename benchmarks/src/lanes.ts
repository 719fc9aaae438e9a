import { type FakeGitHub, startFakeGitHub } from '@commandcenter/fake-github';
import { callApi, jobCompleted } from './call-api.ts';
import { figure, format, heading, median } from './report.ts';
import { type ServerUnderTest, startServerUnderTest } from './server-under-test.ts';

const ROUNDS = 9;
const ISSUES = 100;
const CREATES = 1000;
const CREATES_AT_ONCE = 200;
const SILENT_IMPORTS = 12;
const ALWAYS = Number.POSITIVE_INFINITY;
/** An import of 100 issues that takes longer is not delayed but stopped. */
const LONGEST_IMPORT_MS = 120_000;

interface Side {
  github: FakeGitHub;
  projectId: number;
  integrationId: number;
}

/** Imports 100 issues, alone and then while two other projects are in trouble. */
export async function benchLanes(): Promise<void> {
  heading('An import beside the trouble of other projects');
  const server = await startServerUnderTest({ environment: { EGRESS_ALLOW: '127.0.0.1' } });
  const healthy = await addSide(server, 'Healthy');
  const refusing = await addSide(server, 'Refusing');
  const silent = await addSide(server, 'Silent');

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
  const beside: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) beside.push(await importFresh(server, healthy, `beside-${round}`));

  console.log(`     alone: ${describe(alone)}; beside trouble: ${describe(beside)}`);
  figure('beside trouble / alone', median(beside) / median(alone), '', { atMost: 1.5 });
  await server.stop();
  for (const { github } of [healthy, refusing, silent]) await github.close();
}

const describe = (seconds: readonly number[]): string =>
  `${format(median(seconds))} s (${format(Math.min(...seconds))} to ${format(Math.max(...seconds))})`;

async function addSide(server: ServerUnderTest, name: string): Promise<Side> {
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

async function startImport(server: ServerUnderTest, { integrationId }: Side, name: string): Promise<number> {
  const path = `/integrations/${integrationId}/github/import`;
  return (await callApi<{ job_id: number }>(server, path, { repository: { owner: 'org', name } })).job_id;
}

/** Imports a new repository; returns the seconds from the request to the end, by the server's own clock. */
async function importFresh(server: ServerUnderTest, side: Side, name: string): Promise<number> {
  addRepository(side.github, name);
  side.github.state.addIssues({
    repository: `org/${name}`,
    count: ISSUES,
    make: (index) => ({ title: `Issue ${index + 1}`, body: 'Some text. '.repeat(50) }),
  });
  const job = await jobCompleted(server, await startImport(server, side, name), LONGEST_IMPORT_MS);
  return (Date.parse(job.completed_at) - Date.parse(job.created_at)) / 1000;
}

/** Each request waits ten seconds, and is then followed by a job. */
async function requestCreates(server: ServerUnderTest, { projectId, integrationId }: Side): Promise<void> {
  const path = `/integrations/${integrationId}/github/sync/task-to-issue`;
  const request = async (title: string): Promise<void> => {
    const { id } = await callApi<{ id: number }>(server, '/tasks', { project_id: projectId, title });
    // Some are refused while their caller waits.
    await callApi(server, path, { task_id: id, repository: { owner: 'org', name: 'repo' } }).catch(() => undefined);
  };
  for (let done = 0; done < CREATES; done += CREATES_AT_ONCE)
    await Promise.all(Array.from({ length: CREATES_AT_ONCE }, (_, index) => request(`Task ${done + index}`)));
}
