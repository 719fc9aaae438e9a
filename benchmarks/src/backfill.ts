import { startFakeGitHub } from '@commandcenter/fake-github';
import { callApi, waitForJob } from './call-api.ts';
import { figure, format, heading } from './report.ts';
import { startServerUnderTest } from './server-under-test.ts';

const ISSUES = 10_000;

/** Imports a repository with 10,000 issues from the fake GitHub twice, and counts the requests. */
export async function benchBackfill(): Promise<void> {
  heading('Backfill of 10,000 issues');
  // Make the issues a day old, because the poller also reads issues that changed within the last minutes.
  let ageMs = 86_400_000;
  await using github = await startFakeGitHub({ checks: false, clock: { now: () => new Date(Date.now() - ageMs) } });
  github.state.addOrganization('org');
  github.state.addRepository({ owner: 'org', name: 'repo', collaborators: { bench: 'admin' } });
  const token = github.state.addToken({ login: 'bench' });
  github.state.addIssues({
    repository: 'org/repo',
    count: ISSUES,
    make: (index) => ({ title: `Issue ${index + 1}`, body: 'Some text. '.repeat(50) }),
  });
  ageMs = 0;
  const server = await startServerUnderTest({ environment: { EGRESS_ALLOW: '127.0.0.1' } });
  const project = await callApi<{ id: number }>(server, '/projects', { name: 'Backfill' });
  const integration = await callApi<{ id: number }>(server, '/integrations', {
    project_id: project.id,
    name: 'GitHub',
    integration_type: 'github',
    auth_type: 'token',
    access_token: token,
    config: { api_url: github.url },
  });

  const importAll = async (): Promise<{ seconds: number; requests: number; modified: number }> => {
    const before = github.requests.total;
    const startedAt = performance.now();
    const { job_id: id } = await callApi<{ job_id: number }>(server, `/integrations/${integration.id}/github/import`, {
      repository: { owner: 'org', name: 'repo' },
    });
    await waitForJob(server, id);
    const made = github.requests.all().slice(before);
    const modified = made.filter(({ status }) => status !== 304).length;
    return { seconds: (performance.now() - startedAt) / 1000, requests: made.length, modified };
  };
  const first = await importAll();
  console.log(`     ${format(first.seconds)} s, ${format(ISSUES / first.seconds)} issues/s`);
  figure('requests to GitHub', first.requests, '', { atMost: 103 });
  const again = await importAll();
  console.log(`     again: ${format(again.seconds)} s, ${again.requests} requests`);
  figure('requests with a response other than 304, when nothing has changed', again.modified, '', { atMost: 2 });
  figure('peak memory', server.memory().peak, 'MB', { atMost: 250 });
  await server.stop();
}
