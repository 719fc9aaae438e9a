import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { type FakeGitHub, startFakeGitHub } from '@commandcenter/fake-github';
import {
  IntegrationAuthError,
  type IntegrationContext,
  IntegrationError,
  IntegrationRateLimitError,
  type IssueTracker,
  isIssueTracker,
  WebhookIntegration,
} from '@commandcenter/integration-kit';
import { IntegrationUnavailableError } from '../../src/integrations/errors.ts';
import { findIntegration, type IntegrationRow } from '../../src/integrations/integration-queries.ts';
import { changeIntegration } from '../../src/integrations/manage.ts';
import { waitFor } from '../harness/wait-for.ts';
import { actor, type House, openHouse } from './fixture.ts';

const repository = { owner: 'acme', name: 'web' };
const marker = { id: '0f8fad5b-d9cb-469f-a165-70867728950e', mac: 'ab'.repeat(32) };

describe('running integrations', () => {
  let house: House;
  let github: FakeGitHub;
  let row: IntegrationRow;
  let token: string;
  before(async () => {
    house = await openHouse(2);
  });
  after(() => house.close());
  beforeEach(async () => {
    github = await startFakeGitHub();
    github.state.addOrganization('acme', { members: { robot: 'admin' } });
    github.state.addRepository({ ...repository });
    token = github.state.addToken({ login: 'robot' });
    row = await house.add({ integration_type: 'github', access_token: token, config: { api_url: github.url } });
  });
  afterEach(async () => {
    assert.deepEqual(github.violations, []);
    await github.close();
  });

  const issues = <T>(
    work: (tracker: IssueTracker, signal: AbortSignal) => Promise<T>,
    options = {},
    host = house.host,
  ): Promise<T> =>
    host.run(
      row.id,
      'test operation',
      async (instance, signal) => {
        assert.ok(isIssueTracker(instance));
        return work(instance, signal);
      },
      options,
    );
  const look = (options = {}) => issues((tracker, signal) => tracker.getRepository(repository, signal), options);
  const create = (title: string, host = house.host) =>
    issues(
      (tracker, signal) =>
        tracker.createItem(repository, { title, body: '', labels: [], assignees: [], marker }, signal),
      {},
      host,
    );
  const current = async () => {
    await Promise.all(house.hosts.map((host) => host.flush()));
    const found = await findIntegration(house.database.db, row.id);
    assert.ok(found);
    return found;
  };
  const refused = (reason: string) => (error: unknown) =>
    error instanceof IntegrationUnavailableError && error.reason === reason;

  it('counts successes, and knows the rate limit', async () => {
    await look();
    await look();
    const { status, success_count, error_count, rate_limit } = await current();
    assert.deepEqual(
      [status, success_count, error_count, rate_limit?.limit, rate_limit?.resource],
      ['active', 2, 0, 5000, 'core'],
    );
  });

  it('forgets when a credential expires that the integration itself replaces', async () => {
    const expiresAt = new Date('2100-12-08T13:39:37Z');
    github.state.addToken({ login: 'robot', token, expiresAt });
    await look();
    assert.deepEqual((await current()).credential_expires_at, expiresAt);
    github.state.addToken({ login: 'robot', token, expiresAt: new Date('2101-12-08T13:39:37Z') });
    await house.host.run(row.id, 'replace the token', async (instance) => {
      await instance.testConnection();
      await instance.setAccessToken(github.state.addToken({ login: 'robot' }));
    });
    assert.equal((await current()).credential_expires_at, null);
  });

  it('ignores an expiry that is not a time', async () => {
    for (const time of [new Date('never'), new Date(8.64e15)]) {
      await house.host.run(row.id, 'report an expiry', async (instance) => {
        const context: IntegrationContext = Reflect.get(instance, 'context');
        context.health.updateCredentialExpiry(time);
      });
      const { credential_expires_at, error_count } = await current();
      assert.deepEqual([credential_expires_at, error_count], [null, 0]);
    }
  });

  it('is active and counts from the first webhook that it handled', async () => {
    const { instance } = await house.host.open(row);
    assert.ok(instance instanceof WebhookIntegration);
    const issue = github.state.addIssue({ repository: 'acme/web', title: 'A' });
    const payload = {
      action: 'opened',
      issue: github.state.issueJson({ repository: 'acme/web', number: issue.number }),
      repository: { id: 1, name: 'web', owner: { login: 'acme' } },
    };
    for (let times = 0; times < 3; times += 1) await instance.handleWebhook('issues', payload);
    await instance.handleWebhook('star', {});
    assert.deepEqual(await current().then(({ status, success_count }) => [status, success_count]), ['active', 3]);
  });

  it('waits in the background after a refused credential until the credential changes', async () => {
    github.state.revokeToken(token);
    await assert.rejects(look(), IntegrationAuthError);
    assert.deepEqual(
      await current().then(({ status, auth_blocked, error_count, last_error_class }) => [
        status,
        auth_blocked,
        error_count,
        last_error_class,
      ]),
      ['error', true, 1, 'auth'],
    );
    const before = github.requests.count();
    await assert.rejects(look(), refused('auth_blocked'));
    assert.equal(github.requests.count(), before);
    await changeIntegration(house.manage, row.id, { access_token: github.state.addToken({ login: 'robot' }) }, actor);
    await look();
    assert.equal((await current()).status, 'active');
  });

  it('is degraded while the provider fails, counts no error and recovers by itself', async () => {
    await look();
    github.outage(502);
    await assert.rejects(look(), (error: unknown) => error instanceof IntegrationError && error.class === 'outage');
    const down = await current();
    assert.deepEqual([down.status, down.circuit, down.error_count, down.enabled], ['degraded', 'open', 0, true]);
    await assert.rejects(look(), refused('circuit_open'));
    await assert.rejects(
      look({ interactive: true }),
      (error: unknown) => error instanceof IntegrationError && error.class === 'outage',
    );
    github.clearFaults();
    house.host.start();
    await waitFor('the circuit to close', async () => (await current()).circuit === 'closed');
    await look();
    assert.equal((await current()).status, 'active');
  });

  it("does not count one item's 404 or 422", async () => {
    await assert.rejects(
      issues((tracker, signal) => tracker.getItem({ repository, number: 999 }, signal)),
      { class: 'not_found' },
    );
    await assert.rejects(create(''), { class: 'validation' });
    assert.deepEqual(
      await current().then(({ error_count, total_error_count, status }) => [error_count, total_error_count, status]),
      [0, 0, 'pending'],
    );
  });

  it('disabled, does nothing, not even for a person', async () => {
    await changeIntegration(house.manage, row.id, { enabled: false }, actor);
    await assert.rejects(look(), refused('disabled'));
    await assert.rejects(look({ interactive: true }), refused('disabled'));
  });

  it('sends the writes of one token one after another, from all processes', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, index) => create(`Issue ${index}`, house.hosts[index % 2])));
    assert.equal(github.state.issues('acme/web').length, 8);
  });

  it('sends nothing, also no read and from no process, while GitHub names a wait', async () => {
    github.limitSecondary({ seconds: 30 });
    await assert.rejects(look(), IntegrationRateLimitError);
    const before = github.requests.count();
    for (const host of house.hosts) {
      await assert.rejects(
        issues((tracker, signal) => tracker.getRepository(repository, signal), {}, host),
        IntegrationRateLimitError,
      );
      await assert.rejects(create('x', host), IntegrationRateLimitError);
    }
    assert.equal(github.requests.count(), before);
    assert.deepEqual(
      await current().then(({ error_count, total_error_count, status }) => [error_count, total_error_count, status]),
      [0, 0, 'pending'],
    );
  });

  it('waits at least a minute after a secondary limit without Retry-After', async () => {
    github.limitSecondary({ seconds: 1, retryAfter: false });
    await assert.rejects(look(), IntegrationRateLimitError);
    await assert.rejects(
      look(),
      (error: unknown) => error instanceof IntegrationRateLimitError && error.retryAt.getTime() > Date.now() + 50_000,
    );
  });

  it('hands the reason on when it is stopped, and counts nothing', async () => {
    const stop = new AbortController();
    github.fault({ kind: 'hang' });
    const looking = look({ signal: stop.signal });
    await waitFor('the request', () => github.requests.count() > 0);
    stop.abort(new Error('shutting down'));
    await assert.rejects(looking, /shutting down/);
    assert.equal((await current()).total_error_count, 0);
  });
});

describe('renewing a credential', () => {
  it('happens once, however many processes need it at once', async () => {
    const house = await openHouse(2);
    try {
      const row = await house.add({ access_token: 'old', refresh_token: 'r0' });
      let spent = 0;
      const renewed = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          (house.hosts[index % 2] ?? house.host).vault.refresh(row.id, ['access_token'], async (credentials) => {
            if (credentials.accessToken !== 'old') return credentials;
            spent += 1;
            return { ...credentials, accessToken: 'new', refreshToken: 'r1' };
          }),
        ),
      );
      assert.equal(spent, 1);
      for (const { accessToken } of renewed) assert.equal(accessToken, 'new');
    } finally {
      await house.close();
    }
  });

  it('gives way to a credential that a person gave meanwhile', async () => {
    const house = await openHouse();
    try {
      const row = await house.add({ access_token: 'old' });
      const result = await house.host.vault.refresh(row.id, ['access_token'], async (credentials) => {
        await changeIntegration(house.manage, row.id, { access_token: 'given' }, actor);
        return { ...credentials, accessToken: 'renewed' };
      });
      assert.equal(result.accessToken, 'given');
    } finally {
      await house.close();
    }
  });
});
