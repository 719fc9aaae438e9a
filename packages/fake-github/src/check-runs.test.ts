import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type FakeGitHub, startFakeGitHub } from './start.ts';
import type { Issue } from './state/model.ts';
import { newApp } from './testing/app-key.ts';
import { at } from './testing/at.ts';
import { type Call, checkedClient } from './testing/checked-client.ts';

const { privateKey, jwt } = newApp();
const runs = '/repos/acme/web/check-runs';

describe('check runs and commits', () => {
  let github: FakeGitHub;
  let app: Call;
  let person: Call;
  let pullRequest: Issue;
  let headSha: string;

  beforeEach(async () => {
    github = await startFakeGitHub();
    github.state.addOrganization('acme', { members: { robot: 'admin' } });
    github.state.addRepository({ owner: 'acme', name: 'web', private: true });
    github.state.addRepository({ owner: 'ann', name: 'web' });
    pullRequest = github.state.addPullRequest({ repository: 'acme/web', title: 'Change', head: 'topic/one' });
    headSha = pullRequest.pullRequest?.headSha ?? '';
    person = checkedClient(github, github.state.addToken({ login: 'robot' }));
    app = await installed({ appId: 77, slug: 'commandcenter' });
  });
  afterEach(() => github.close());

  const installed = async (input: { appId: number; slug: string; permissions?: { checks: 'read' } }): Promise<Call> => {
    github.state.addApp({ publicKey: privateKey, ...input });
    const { id } = github.state.addInstallation({ appId: input.appId, account: 'acme' });
    const made = await checkedClient(github, jwt(String(input.appId)))(
      'POST',
      `/app/installations/${id}/access_tokens`,
      {},
    );
    return checkedClient(github, String(made.at('token')));
  };
  const annotations = (count: number): object[] =>
    Array.from({ length: count }, (_, index) => ({
      path: 'src/a.ts',
      start_line: index + 1,
      end_line: index + 1,
      annotation_level: 'warning',
      message: `Finding ${index + 1}`,
    }));
  const output = (count: number): object => ({ title: 'T', summary: 'S', annotations: annotations(count) });

  it('are created, completed and read, and keep every annotation', async () => {
    const body = { name: 'analysis', head_sha: headSha, external_id: 'mine', status: 'in_progress' };
    const made = await app('POST', runs, { ...body, output: output(2) });
    assert.deepEqual([made.status, made.at('conclusion'), made.at('output.annotations_count')], [201, null, 2]);
    assert.equal(made.at('pull_requests.0.number'), pullRequest.number);
    const run = `${runs}/${made.at('id')}`;
    const patched = await app('PATCH', run, { conclusion: 'failure', output: output(50) });
    assert.deepEqual(
      [patched.at('status'), patched.at('conclusion'), patched.at('output.annotations_count')],
      ['completed', 'failure', 52],
    );
    assert.equal((await person('GET', run)).at('external_id'), 'mine');
    const second = await app('GET', `${run}/annotations?per_page=50&page=2`);
    assert.deepEqual([second.at('length'), second.at('1.message')], [2, 'Finding 50']);
    assert.equal(github.state.checkRuns('acme/web')[0]?.annotations.length, 52);
    assert.deepEqual(github.violations, []);
  });

  it('are refused with more than 50 annotations, a summary that is too long, an unknown commit or no conclusion', async () => {
    const body = { name: 'analysis', head_sha: headSha };
    assert.equal((await app('POST', runs, { ...body, output: output(51) })).status, 422);
    const long = { title: 'T', summary: 'ß'.repeat(40_000) };
    assert.equal((await app('POST', runs, { ...body, output: long })).status, 422);
    assert.equal((await app('POST', runs, { name: 'analysis', head_sha: 'a'.repeat(40) })).status, 422);
    assert.equal((await app('POST', runs, { ...body, status: 'completed' })).status, 422);
    assert.equal(github.state.checkRuns('acme/web').length, 0);
  });

  it('are only created by Apps with permission, and only updated by the App that created them', async () => {
    const body = { name: 'analysis', head_sha: headSha };
    const refused = await person('POST', runs, body);
    assert.deepEqual([refused.status, refused.at('message')], [403, 'You must authenticate via a GitHub App.']);
    const reader = await installed({ appId: 78, slug: 'reader', permissions: { checks: 'read' } });
    const forbidden = await reader('POST', runs, body);
    assert.equal(forbidden.status, 403);
    assert.equal(forbidden.headers.get('x-accepted-github-permissions'), 'checks=write');
    const other = await installed({ appId: 79, slug: 'other' });
    const made = await other('POST', runs, body);
    assert.equal((await app('PATCH', `${runs}/${made.at('id')}`, { conclusion: 'success' })).status, 403);
  });

  it('are listed by commit, newest first, with the latest of each name unless all are requested', async () => {
    for (const name of ['analysis', 'lint', 'analysis']) await app('POST', runs, { name, head_sha: headSha });
    const list = `/repos/acme/web/commits/${headSha}/check-runs`;
    const latest = await app('GET', `${list}?check_name=analysis&app_id=77`);
    assert.equal(latest.at('total_count'), 1);
    const all = await person('GET', `${list}?filter=all&per_page=2`);
    assert.deepEqual([all.at('total_count'), all.at('check_runs.length')], [3, 2]);
    assert.equal(latest.at('check_runs.0.id'), all.at('check_runs.0.id'));
    assert.equal((await app('GET', `${list}?app_id=78`)).at('total_count'), 0);
    assert.equal((await app('GET', `/repos/acme/web/commits/${'a'.repeat(40)}/check-runs`)).status, 422);
  });

  it('compare commits from their merge base, and resolve branches', async () => {
    const parted = pullRequest.pullRequest?.baseSha ?? '';
    const main = github.state.push({ repository: 'acme/web', commits: [{ message: 'One' }, { message: 'Two' }] });
    const next = github.state.synchronizePullRequest({ repository: 'acme/web', number: pullRequest.number });
    const compared = await person('GET', `/repos/acme/web/compare/${main}...${next}?per_page=1`);
    assert.deepEqual(
      [compared.at('merge_base_commit.sha'), compared.at('status'), compared.at('ahead_by'), compared.at('behind_by')],
      [parted, 'diverged', 2, 2],
    );
    assert.deepEqual([compared.at('commits.length'), compared.at('commits.0.sha')], [1, headSha]);
    assert.equal((await person('GET', '/repos/acme/web/git/ref/heads%2Ftopic%2Fone')).at('object.sha'), next);
    assert.equal((await person('GET', '/repos/acme/web/git/ref/heads%2Fmain')).at('object.sha'), main);
    assert.equal((await person('GET', '/repos/acme/web/git/ref/heads%2Fnowhere')).status, 404);
    assert.equal((await person('GET', `/repos/acme/web/compare/main...${'a'.repeat(40)}`)).status, 404);
  });

  it('a pull request from a fork names the fork, or null if the fork was deleted', async () => {
    const sha = 'c'.repeat(40);
    const input = { repository: 'acme/web', title: 'Change', head: 'topic', headSha: sha };
    const { number } = github.state.addPullRequest({ ...input, from: 'ann/web' });
    const forked = await person('GET', `/repos/acme/web/pulls/${number}`);
    assert.deepEqual([forked.at('head.sha'), forked.at('head.repo.full_name')], [sha, 'ann/web']);
    assert.equal((await app('POST', runs, { name: 'analysis', head_sha: sha })).at('pull_requests.length'), 0);
    // If the fork was deleted, GitHub returns null for the head's repository, although its description does not allow it.
    const orphan = github.state.addPullRequest({ ...input, repository: 'ann/web', from: null });
    const headers = { 'user-agent': 'commandcenter/0.0.0' };
    const answer = await fetch(`${github.url}/repos/ann/web/pulls/${orphan.number}`, { headers });
    assert.equal(at(await answer.json(), 'head.repo'), null);
  });
});
