import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { waitFor } from '../harness/wait-for.ts';
import { ANALYSIS_MS, type Job } from './analysis-server.ts';
import { type Connected, connect, SECRET } from './connected.ts';
import { weakAdvisory } from './planted.ts';

interface Repository {
  id: number;
  name: string;
  integration_id: number | null;
}

/** Every repository of this GitHub requires a credential, and the integration's credential can read them all. */
describe("the credential of a project's integration", () => {
  let connected: Connected;
  /** A token with the scopes of a workflow's token. */
  let token: string;

  before(async () => {
    connected = await connect({
      advisory: weakAdvisory(),
      private: true,
      credential: (state) => ({ auth_type: 'token', access_token: state.addToken({ login: 'robot' }) }),
    });
    const scopes = ['jobs:create', 'jobs:read'];
    const made = { name: 'workflow', scopes, project_id: 1 };
    ({ token } = await connected.server.call<{ token: string }>('POST', '/tokens', made));
  });
  after(() => connected.close());

  const asked = async (name: string, parameters: Record<string, unknown> = {}): Promise<Job> => {
    const repository = { owner: 'acme', name };
    const body = {
      project_id: 1,
      job_type: 'repository_analysis',
      parameters: { repository, depth: 'quick', ...parameters },
    };
    const headers = { authorization: `Bearer ${token}` };
    const response = await connected.server.send('POST', '/jobs', body, headers);
    assert.ok(response.ok, `${response.status}`);
    const { id } = (await response.json()) as Job;
    return await connected.server.comeTo(id, 'completed', 'failed', 'awaiting_source');
  };
  const registered = async (name: string): Promise<Repository> => {
    const { items } = await connected.server.call<{ items: Repository[] }>('GET', `/repositories?name=${name}`);
    return items[0] as Repository;
  };
  /** Returns the requests for the repository that GitHub received through its API and through git. */
  const requestsOf = (name: string): string[] =>
    [
      ...connected.enterprise.github.requests.all().map(({ path }) => path),
      ...connected.enterprise.git.requests.map(({ line }) => line),
    ].filter((line) => line.includes(`/acme/${name}`));
  const isRefused = ({ status, error }: Job): void => {
    assert.deepEqual(
      [status, error?.code],
      ['awaiting_source', 'source.credential_not_granted'],
      JSON.stringify(error),
    );
  };

  it('is not used for a repository that only a request for an analysis has named, and the job waits for its source', async () => {
    connected.addRepository('secret');
    const job = await asked('secret');
    isRefused(job);
    assert.match(job.current_step ?? '', /Upload the source/);
    const { id } = await registered('secret');
    assert.match(job.error?.detail ?? '', new RegExp(`PATCH /api/v1/repositories/${id} {"integration_id": 1}`));
    assert.deepEqual(requestsOf('secret'), []);

    const archive = execFileSync('tar', ['-czf', '-', '-C', connected.repository.folder, 'package.json']);
    assert.equal((await connected.server.ask('PUT', `/jobs/${job.id}/source`, archive)).status, 200);
    assert.equal((await connected.server.comeTo(job.id, 'completed', 'failed')).status, 'completed');
  });

  it('is not used to read or comment on a pull request of it either', async () => {
    connected.addRepository('discussed');
    const pull = { repository: 'acme/discussed', title: 'Change', head: 'topic' };
    const { number } = connected.enterprise.github.state.addPullRequest(pull);
    const job = await asked('discussed', { pr_number: number, commit_sha: connected.baseSha });
    isRefused(job);
    const archive = execFileSync('tar', ['-czf', '-', '-C', connected.repository.folder, 'package.json']);
    assert.equal((await connected.server.ask('PUT', `/jobs/${job.id}/source`, archive)).status, 200);
    assert.equal((await connected.server.comeTo(job.id, 'completed', 'failed')).status, 'completed');
    const publication = await waitFor(
      'the end of the publication',
      async () => {
        const { items } = await connected.server.call<{ items: (Job & { result: { kind?: string } | null })[] }>(
          'GET',
          '/jobs?job_type=analysis_publication',
        );
        return items.find(({ status }) => status === 'completed');
      },
      ANALYSIS_MS,
    );
    assert.equal((publication.result as unknown as { kind: string }).kind, 'none');
    assert.deepEqual(requestsOf('discussed'), []);
  });

  it('is used for it after an owner names the integration, and for one that an owner registered', async () => {
    const { id } = await registered('secret');
    await connected.server.call('PATCH', `/repositories/${id}`, { integration_id: 1 });
    assert.equal((await asked('secret', { fresh: true })).status, 'completed');
    connected.addRepository('welcome');
    await connected.server.register('welcome');
    assert.equal((await asked('welcome')).status, 'completed');
  });

  it('is used for a repository that a verified delivery named, whoever asks for the analysis', async () => {
    connected.addRepository('told');
    isRefused(await asked('told'));
    const { state } = connected.enterprise.github;
    state.addWebhook({
      repository: 'acme/told',
      url: `${connected.server.url}/api/v1/integrations/github/webhook`,
      secret: SECRET,
      events: ['issues'],
    });
    state.addIssue({ repository: 'acme/told', title: 'An issue' });
    await waitFor('the delivery', async () => (await registered('told')).integration_id !== null);
    assert.equal((await asked('told', { fresh: true })).status, 'completed');
  });

  it('is used for a repository whose issues an owner imported', async () => {
    connected.addRepository('imported');
    isRefused(await asked('imported'));
    const repository = { owner: 'acme', name: 'imported' };
    const { job_id } = await connected.server.call<{ job_id: number }>('POST', '/integrations/1/github/import', {
      repository,
    });
    await connected.server.comeTo(job_id, 'completed');
    assert.equal((await asked('imported', { fresh: true })).status, 'completed');
  });

  it('is not used for another repository that has taken the name of one that it may be used for', async () => {
    const { state } = connected.enterprise.github;
    state.renameRepository({ repository: 'acme/imported', name: 'moved' });
    state.addRepository({ owner: 'acme', name: 'imported', headSha: connected.baseSha });
    const job = await asked('imported', { fresh: true });
    assert.equal(job.status, 'awaiting_source');
    // Either of two error codes is correct: a poll may have noticed before the analysis that the name now belongs to another repository.
    assert.match(job.error?.code ?? '', /^source\.(other_repository|credential_not_granted)$/);
  });

  it('is bound by config.repositories, which names all that it may be used for beside those that an owner registered', async () => {
    connected.addRepository('listed');
    isRefused(await asked('listed'));
    await connected.server.call('PATCH', '/integrations/1', { config: { repositories: ['acme/Listed'] } });
    assert.equal((await asked('listed', { fresh: true })).status, 'completed');
    isRefused(await asked('told', { fresh: true }));
    assert.equal((await asked('welcome', { fresh: true })).status, 'completed');
  });
});
