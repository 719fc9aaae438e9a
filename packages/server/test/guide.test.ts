import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { type FakeGitHub, startFakeGitHub } from '@commandcenter/fake-github';
import { sql } from 'kysely';
import { waitFor } from './harness/wait-for.ts';
import { type Ask, startTestApplication, type TestApplication } from './http/test-application.ts';

/** Sends every request that the External Integrations Guide prints, in its order and with its values, and expects the printed responses. */

const SECRET = 'your_webhook_secret';

describe('the guide', () => {
  let github: FakeGitHub;
  let app: TestApplication;
  let ask: Ask;
  let token: string;
  /** Value of `{integration_id}` and `{id}` in the guide's examples. */
  let id: number;

  before(async () => {
    github = await startFakeGitHub();
    github.state.addOrganization('my-org');
    github.state.addRepository({ owner: 'my-org', name: 'my-repo', collaborators: { 'cc-user': 'admin' } });
    github.state.addOrganization('org');
    github.state.addRepository({ owner: 'org', name: 'repo', collaborators: { 'cc-user': 'admin' } });
    token = github.state.addToken({ login: 'cc-user' });
    for (const repository of ['my-org/my-repo', 'org/repo']) {
      github.state.addIssues({ repository, count: 123, make: (index) => ({ title: `Issue ${index + 1}` }) });
    }
    app = await startTestApplication({ EGRESS_ALLOW: '127.0.0.1' });
    ask = app.ask;
  });
  after(async () => {
    await app[Symbol.asyncDispose]();
    await github[Symbol.asyncDispose]();
  });

  /** Returns the body that the guide prints for a new integration, except that it names the fake GitHub. */
  const printedIntegration = () => ({
    project_id: 1,
    name: 'GitHub: my-org',
    integration_type: 'github',
    auth_type: 'token',
    access_token: token,
    config: {
      webhook_secret: SECRET,
      default_labels: ['commandcenter'],
      auto_sync: true,
      api_url: github.url,
    },
  });
  const taskTitled = (title: string) =>
    waitFor(`the task "${title}"`, async () => {
      const { body } = await ask('GET', `/api/v1/tasks?project_id=1&q=${encodeURIComponent(title)}`);
      return body.items?.[0];
    });
  const sign = (body: string, secret = SECRET): string =>
    `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

  describe('Setup', () => {
    it('2. Configure Integration: the printed request makes an integration, whose secrets do not come out', async () => {
      const { status, body } = await ask('POST', '/api/v1/integrations', {
        body: {
          project_id: 1,
          name: 'GitHub: my-org',
          integration_type: 'github',
          auth_type: 'token',
          access_token: 'ghp_...',
          config: { webhook_secret: SECRET, default_labels: ['commandcenter'], auto_sync: true },
        },
      });
      assert.equal(status, 201);
      assert.deepEqual(body.config, { default_labels: ['commandcenter'], auto_sync: true });
      assert.equal(body.has_access_token, true);
      assert.equal(body.has_webhook_secret, true);
      assert.doesNotMatch(JSON.stringify(body), /ghp_|your_webhook_secret/);
      await ask('DELETE', `/api/v1/integrations/${body.id}`);
    });

    it('2. Configure Integration: with a token that works, the test passes', async () => {
      const { status, body } = await ask('POST', '/api/v1/integrations', { body: printedIntegration() });
      assert.equal(status, 201);
      id = body.id as unknown as number;
      const test = await ask('POST', `/api/v1/integrations/${id}/test`);
      assert.equal(test.body.ok, true, JSON.stringify(test.body));
    });

    it('3. Configure Webhook: an issue that is opened becomes a task by itself', async () => {
      github.state.addWebhook({
        repository: 'my-org/my-repo',
        url: `${app.url}/api/v1/integrations/github/webhook`,
        secret: SECRET,
        events: ['issues', 'pull_request', 'push'],
      });
      github.state.editIssue({ repository: 'my-org/my-repo', number: 1, title: 'Opened at GitHub' });
      const task = await taskTitled('Opened at GitHub');
      assert.equal(task.links?.[0]?.number, 1);
      assert.equal(task.links?.[0]?.sync_state, 'in_sync');
    });
  });

  describe('Priority Mapping', () => {
    for (const [label, priority] of [
      ['priority: high', 'high'],
      ['critical', 'high'],
      ['urgent', 'high'],
      ['priority: low', 'low'],
      ['something else', 'medium'],
    ] as const) {
      it(`"${label}" makes the task ${priority}`, async () => {
        const title = `Labelled ${label}`;
        github.state.addIssue({ repository: 'my-org/my-repo', title, labels: [label] });
        assert.equal((await taskTitled(title)).priority, priority);
      });
    }
  });

  describe('Status Mapping', () => {
    it('open is todo, closed is done', async () => {
      const { number } = github.state.addIssue({ repository: 'my-org/my-repo', title: 'To be closed' });
      const task = await taskTitled('To be closed');
      assert.equal(task.status, 'todo');
      github.state.closeIssue({ repository: 'my-org/my-repo', number });
      await waitFor('the task to be done', async () => (await taskTitled('To be closed')).status === ('done' as never));
    });
  });

  describe('Usage Examples', () => {
    it('Sync Issue to Task: the printed request', async () => {
      const request = { issue_number: 123, repository: { owner: 'my-org', name: 'my-repo' } };
      const first = await ask('POST', `/api/v1/integrations/${id}/sync/issue-to-task`, { body: request });
      assert.equal(first.status, 200);
      assert.equal(first.body.action, 'created');
      const again = await ask('POST', `/api/v1/integrations/${id}/sync/issue-to-task`, { body: request });
      assert.deepEqual(again.body, { task_id: first.body.task_id, action: 'unchanged' });
    });

    it('Create Issue from Task: the printed request and response', async () => {
      const { body: task } = await ask('POST', '/api/v1/tasks', {
        body: { project_id: 1, title: 'Made here', priority: 'high' },
      });
      const next = github.state.issues('my-org/my-repo').length + 1;
      const { status, body } = await ask('POST', `/api/v1/integrations/${id}/sync/task-to-issue`, {
        body: { task_id: task.id, repository: { owner: 'my-org', name: 'my-repo' } },
      });
      assert.equal(status, 200);
      assert.deepEqual(body, {
        issue_number: next,
        url: `https://github.com/my-org/my-repo/issues/${next}`,
        action: 'created',
      });
      const issue = github.state.issueJson({ repository: 'my-org/my-repo', number: next });
      const labels = (issue.labels as { name: string }[]).map(({ name }) => name).sort();
      assert.deepEqual(labels, ['commandcenter', 'priority: high']);
    });
  });

  describe('API Reference: Integration Endpoints', () => {
    let other: number;

    it('Create integration: the printed request, without config', async () => {
      const { status, body } = await ask('POST', '/api/v1/integrations', {
        body: {
          project_id: 1,
          name: 'GitHub Integration',
          integration_type: 'github',
          auth_type: 'token',
          access_token: 'ghp_...',
        },
      });
      assert.equal(status, 201);
      assert.deepEqual(body.config, {});
      other = body.id as unknown as number;
    });

    it('List integrations', async () => {
      const { status, body } = await ask('GET', '/api/v1/integrations?project_id=1');
      assert.equal(status, 200);
      const ids = (body.items as unknown as { id: number }[]).map((item) => item.id);
      assert.deepEqual(ids, [id, other]);
    });

    it('Get integration', async () => {
      const { status, body } = await ask('GET', `/api/v1/integrations/${other}`);
      assert.equal(status, 200);
      assert.equal(body.name, 'GitHub Integration');
    });

    it('Update integration: {"enabled": false}', async () => {
      const { status, body } = await ask('PATCH', `/api/v1/integrations/${other}`, { body: { enabled: false } });
      assert.equal(status, 200);
      assert.deepEqual([body.enabled, body.disabled_by, body.status], [false, 'user', 'inactive']);
    });

    it('Test connection', async () => {
      const { status, body } = await ask('POST', `/api/v1/integrations/${id}/test`);
      assert.equal(status, 200);
      assert.deepEqual([body.ok, body.scopes_missing], [true, []]);
      assert.equal(body.account?.login, 'cc-user');
    });

    it('Get health status', async () => {
      const { status, body } = await ask('GET', `/api/v1/integrations/${id}/health`);
      assert.equal(status, 200);
      assert.deepEqual([body.status, body.is_healthy, body.circuit], ['active', true, 'closed']);
    });

    it('Delete integration', async () => {
      assert.equal((await ask('DELETE', `/api/v1/integrations/${other}`)).status, 204);
      assert.equal((await ask('GET', `/api/v1/integrations/${other}`)).status, 404);
    });
  });

  describe('API Reference: GitHub-Specific Endpoints', () => {
    it('Sync issue to task: the printed request', async () => {
      const { status, body } = await ask('POST', `/api/v1/integrations/${id}/github/sync/issue-to-task`, {
        body: { issue_number: 123, repository: { owner: 'org', name: 'repo' } },
      });
      assert.equal(status, 200);
      assert.equal(body.action, 'created');
    });

    it('Sync task to issue: the printed request, and the printed issue comes of it', async () => {
      await sql`alter sequence tasks_id_seq restart with 456`.execute(app.db);
      const task = await ask('POST', '/api/v1/tasks', { body: { project_id: 1, title: 'The printed task' } });
      assert.equal(task.body.id, 456);
      const request = { task_id: 456, repository: { owner: 'org', name: 'repo' } };
      const { status, body } = await ask('POST', `/api/v1/integrations/${id}/github/sync/task-to-issue`, {
        body: request,
      });
      assert.equal(status, 200);
      assert.deepEqual(body, { issue_number: 124, url: 'https://github.com/org/repo/issues/124', action: 'created' });
      const again = await ask('POST', `/api/v1/integrations/${id}/sync/task-to-issue`, { body: request });
      assert.deepEqual(again.body, { ...body, action: 'unchanged' });
    });

    it('List projects', async () => {
      github.state.addProject({ owner: 'org', title: 'Roadmap', repositories: ['org/repo'], public: true });
      const { status, body } = await ask('GET', `/api/v1/integrations/${id}/github/projects?owner=org&repo=repo`);
      assert.equal(status, 200);
      assert.equal(body.items?.[0]?.title, 'Roadmap');
      const number = body.items?.[0]?.number;
      const columns = await ask('GET', `/api/v1/integrations/${id}/github/projects/${number}/columns?owner=org`);
      const names = (columns.body.items as unknown as { name: string }[]).map(({ name }) => name);
      assert.deepEqual(names, ['Todo', 'In Progress', 'Done']);
      assert.equal(
        (await ask('GET', `/api/v1/integrations/${id}/github/projects/${number}/items?owner=org`)).status,
        200,
      );
    });

    it('Handle webhook: the printed headers are enough', async () => {
      const body = JSON.stringify({ action: 'pinned' });
      const answer = await fetch(`${app.url}/api/v1/integrations/github/webhook`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-hub-signature-256': sign(body),
          'x-github-event': 'issues',
        },
        body,
      });
      assert.equal(answer.status, 202, await answer.clone().text());
      assert.equal(((await answer.json()) as { status: string }).status, 'accepted');
    });
  });

  describe('Troubleshooting', () => {
    it('Webhook signature verification fails: 401, and the attempt can be seen', async () => {
      const body = '{"test": "payload"}';
      const send = (signature: string) =>
        fetch(`${app.url}/api/v1/integrations/${id}/webhook`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'x-hub-signature-256': signature,
            'x-github-event': 'issues',
            'x-github-delivery': 'signature-test',
          },
          body,
        });
      assert.equal((await send(sign(body, 'another secret'))).status, 401);
      const rejected = await waitFor('the rejected attempt', async () => {
        const answer = await ask('GET', `/api/v1/integrations/${id}/deliveries?status=rejected`);
        return answer.body.items?.[0];
      });
      assert.equal(rejected.delivery_guid, 'signature-test');
      // The signature equals the output of `openssl dgst -sha256 -hmac "your_webhook_secret"` for the body.
      assert.equal((await send(sign(body))).status, 202);
    });

    it('Issues not syncing to tasks: the two requests to look with', async () => {
      assert.equal((await ask('GET', `/api/v1/integrations/${id}`)).body.enabled, true);
      assert.equal((await ask('GET', `/api/v1/integrations/${id}/health`)).body.is_healthy, true);
    });

    it('Token expired: the integration says so, and a new token mends it', async () => {
      github.state.revokeToken(token);
      const failed = await ask('POST', `/api/v1/integrations/${id}/test`);
      assert.deepEqual([failed.body.ok, failed.body.class], [false, 'auth']);
      token = github.state.addToken({ login: 'cc-user' });
      const { status } = await ask('PATCH', `/api/v1/integrations/${id}`, { body: { access_token: token } });
      assert.equal(status, 200);
      assert.equal((await ask('POST', `/api/v1/integrations/${id}/test`)).body.ok, true);
    });

    it('Analysis job fails: the health request of the workflow', async () => {
      const { status, body } = await ask('GET', '/api/v1/health');
      assert.equal(status, 200);
      assert.equal(body.status, 'ok');
    });

    it('Integration disabled after errors: five in a row disable it, the printed request enables it', async () => {
      github.state.revokeToken(token);
      for (let attempt = 1; attempt <= 5; attempt += 1) await ask('POST', `/api/v1/integrations/${id}/test`);
      const disabled = await ask('GET', `/api/v1/integrations/${id}`);
      assert.deepEqual(
        [disabled.body.enabled, disabled.body.status, disabled.body.disabled_by],
        [false, 'error', 'errors'],
      );
      const { body } = await ask('PATCH', `/api/v1/integrations/${id}`, { body: { enabled: true, status: 'active' } });
      assert.deepEqual([body.enabled, body.status, body.disabled_by], [true, 'active', null]);
      token = github.state.addToken({ login: 'cc-user' });
      await ask('PATCH', `/api/v1/integrations/${id}`, { body: { access_token: token } });
      assert.equal((await ask('POST', `/api/v1/integrations/${id}/test`)).body.ok, true);
    });
  });

  describe('Debugging', () => {
    it('Check integration health: the printed path', async () => {
      const { status, body } = await ask('GET', `/api/v1/integrations/${id}/health`);
      assert.equal(status, 200);
      assert.equal(body.is_healthy, true);
    });

    it('Monitor error counts: the printed members', async () => {
      const { body } = await ask('GET', `/api/v1/integrations/${id}`);
      assert.equal(body.error_count, 0);
      assert.equal(typeof body.success_count, 'number');
      assert.equal(typeof body.success_rate, 'number');
      assert.ok('last_error' in body);
    });
  });

  it('asks nothing of GitHub that a well-behaved client does not', async () => {
    await github.webhooks.idle();
    assert.deepEqual(github.violations, []);
  });
});
