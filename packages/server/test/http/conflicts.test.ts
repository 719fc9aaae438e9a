import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FakeGitHub, startFakeGitHub } from '@commandcenter/fake-github';
import { waitFor } from '../harness/wait-for.ts';
import type { Json } from './ask.ts';
import { startTestApplication, type TestApplication } from './test-application.ts';

const REPOSITORY = 'my-org/my-repo';
const SECRET = 'a-webhook-secret-of-tests';

let github: FakeGitHub;
let app: TestApplication;
let integration: string;
before(async () => {
  github = await startFakeGitHub();
  github.state.addOrganization('my-org');
  github.state.addRepository({ owner: 'my-org', name: 'my-repo', collaborators: { 'cc-bot': 'admin' } });
  const access_token = github.state.addToken({ login: 'cc-bot' });
  app = await startTestApplication({ EGRESS_ALLOW: '127.0.0.1' });
  const config = { api_url: github.url, webhook_secret: SECRET, conflict_policy: 'manual' };
  const { body } = await app.ask('POST', '/api/v1/integrations', {
    body: { project_id: 1, name: 'GitHub', integration_type: 'github', auth_type: 'token', access_token, config },
  });
  integration = `/api/v1/integrations/${body.id}`;
  const url = `${app.url}/api/v1/integrations/github/webhook`;
  github.state.addWebhook({ repository: REPOSITORY, url, secret: SECRET });
});
after(async () => {
  await app[Symbol.asyncDispose]();
  await github.close();
});

const itemsOf = ({ items }: Json): Json[] => items as unknown as Json[];
const list = async (query: string): Promise<Json[]> =>
  itemsOf((await app.ask('GET', `/api/v1/conflicts?${query}`)).body);
const enable = (enabled: boolean) => app.ask('PATCH', integration, { body: { enabled } });

/**
 * Waits for the next second of GitHub's clock. The order of two events in one second is unknown, so the issue would be read to find out.
 */
const nextSecond = () => sleep(1010 - (Date.now() % 1000));

/** Edits the title of an issue and of its task while the integration is disabled. Returns the conflict. */
async function editBoth(title: string): Promise<Json> {
  const { number } = github.state.addIssue({ repository: REPOSITORY, title });
  const task = await waitFor('the task', async () => {
    const { body } = await app.ask('GET', `/api/v1/tasks?q=${encodeURIComponent(title)}`);
    return body.items?.[0];
  });
  await enable(false);
  await nextSecond();
  await app.ask('PATCH', `/api/v1/tasks/${task.id}`, { body: { title: `${title} here` } });
  github.state.editIssue({ repository: REPOSITORY, number, title: `${title} there`, by: 'octocat' });
  await github.webhooks.idle();
  await enable(true);
  return waitFor('the conflict with both authors', async () => {
    const [conflict] = await list(`task_id=${task.id}`);
    return conflict?.theirs_by === null ? undefined : conflict;
  });
}

it('shows a conflict with both values, times and authors, and with the person who decided it', async () => {
  const conflict = await editBoth('First');
  assert.deepEqual(
    [conflict.field, conflict.base, conflict.ours, conflict.theirs, conflict.policy, conflict.outcome],
    ['title', 'First', 'First here', 'First there', 'manual', 'open'],
  );
  assert.deepEqual([conflict.ours_by, conflict.theirs_by], ['COMMANDCENTER_ADMIN_TOKEN', 'octocat']);
  assert.ok(Date.parse(String(conflict.ours_at)) <= Date.now() && Date.parse(String(conflict.theirs_at)) <= Date.now());
  assert.deepEqual(
    (await list('outcome=open&project_id=1')).map(({ id }) => id),
    [conflict.id],
  );
  const { body: task } = await app.ask('GET', `/api/v1/tasks/${conflict.task_id}`);
  assert.equal(task.links?.[0]?.sync_state, 'conflict');
  assert.match(String(task.links?.[0]?.remedy), /\/conflicts\?task_id=\d+&outcome=open/);
  const path = `/api/v1/conflicts/${conflict.id}`;
  const decided = await app.ask('POST', `${path}/decide`, { body: { take: 'theirs' } });
  assert.deepEqual([decided.status, decided.body.outcome], [200, 'theirs']);
  assert.equal((await app.ask('POST', `${path}/decide`, { body: { take: 'ours' } })).status, 409);
  const undone = await app.ask('POST', `${path}/undo`);
  assert.deepEqual([undone.status, undone.body.outcome], [200, 'ours']);
  assert.equal((await app.ask('POST', `${path}/undo`)).status, 409);
  const { body: history } = await app.ask('GET', `/api/v1/tasks/${conflict.task_id}/history?limit=2`);
  assert.deepEqual(
    itemsOf(history).map(({ origin }) => origin),
    Array(2).fill({ kind: 'conflict', by: 'COMMANDCENTER_ADMIN_TOKEN', link_id: conflict.link_id }),
  );
  await waitFor(
    'the title at GitHub',
    () => github.state.issue({ repository: REPOSITORY, number: 1 }).title === 'First here',
  );
});

it('names the sender of the webhook in the history', async () => {
  const { number } = github.state.addIssue({ repository: REPOSITORY, title: 'By a person', by: 'octocat' });
  const task = await waitFor('the task', async () => {
    const { body } = await app.ask('GET', '/api/v1/tasks?q=By%20a%20person');
    return body.items?.[0];
  });
  await nextSecond();
  github.state.closeIssue({ repository: REPOSITORY, number, by: 'octocat' });
  const entry: Json = await waitFor('the end of the task', async () => {
    const { body } = await app.ask('GET', `/api/v1/tasks/${task.id}/history?limit=1`);
    return itemsOf(body).find(({ version }) => Number(version) === 2);
  });
  const origin = entry.origin as Json;
  assert.deepEqual([origin.kind, origin.by, origin.delivery_id], ['webhook', 'octocat', entry.delivery_id]);
});

it('is decided and undone by a token with tasks:write that sees its project, and by nobody else', async () => {
  const { id } = await editBoth('Second');
  const reader = await app.as({ scopes: ['tasks:read'] });
  const other = Number((await app.ask('POST', '/api/v1/projects', { body: { name: 'Other' } })).body.id);
  const stranger = await app.as({ scopes: ['tasks:read', 'tasks:write'], project_id: other });
  for (const action of ['decide', 'undo']) {
    const path = `/api/v1/conflicts/${id}/${action}`;
    const body = action === 'decide' ? { body: { take: 'ours' } } : {};
    assert.equal((await reader('POST', path, body)).status, 403);
    assert.equal((await stranger('POST', path, body)).status, 404);
  }
  assert.deepEqual((await stranger('GET', '/api/v1/conflicts')).body.items, []);
});
