import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { FakeGitHub } from '@commandcenter/fake-github';
import { IntegrationAuthError, IntegrationError, IntegrationRateLimitError } from '@commandcenter/integration-kit';
import { connect, connectApp, repository } from '../../test/fixture.ts';

describe('a connection to GitHub', () => {
  let github: FakeGitHub | undefined;
  afterEach(async () => {
    assert.deepEqual(github?.violations, []);
    await github?.close();
  });
  const start = async (options: Parameters<typeof connect>[0] = {}) => {
    const connected = await connect(options);
    github = connected.github;
    return connected;
  };

  const startApp = async () => {
    const connected = await connectApp();
    github = connected.github;
    return connected;
  };

  it('reports the account of a token and its missing scopes', async () => {
    const { integration } = await start({ scopes: ['repo', 'admin:org'] });
    const report = await integration.testConnection();
    assert.equal(report.account?.login, 'robot');
    assert.deepEqual(report.scopesMissing, ['admin:repo_hook']);
  });

  it('fails with class auth if the token was revoked', async () => {
    const { github, integration, context } = await start();
    github.state.revokeToken((await context.credentials.get()).accessToken ?? '');
    await assert.rejects(integration.testConnection(), IntegrationAuthError);
  });

  it('reports when the token expires, in the forms that GitHub uses, and ignores any other', async () => {
    const { github, integration, context } = await start();
    const reportedExpiry = async (expiration: string | null, status = 200): Promise<string | null> => {
      const headers = expiration === null ? {} : { 'github-authentication-token-expiration': expiration };
      github.fault({ kind: 'status', status, headers, body: { id: 1, login: 'robot' } });
      await integration.getAccount().catch(() => {});
      return context.record.credentialExpiresAt;
    };
    assert.equal(await reportedExpiry('2100-12-08 13:39:37 UTC'), '2100-12-08T13:39:37.000Z');
    assert.equal(await reportedExpiry('2100-12-08 19:06:26 -0700'), '2100-12-09T02:06:26.000Z');
    assert.equal(await reportedExpiry('2100-12-08 19:06:26 +0530', 404), '2100-12-08T13:36:26.000Z');
    const malformed = ['', 'never', '2100-12-08', '2100-13-08 13:39:37 UTC', '2100-12-08 13:39:37 CET', '0'];
    for (const text of malformed) assert.equal(await reportedExpiry(text), '2100-12-08T13:36:26.000Z', text);
    assert.equal(
      await reportedExpiry(null, 401),
      '2100-12-08T13:36:26.000Z',
      'the response to a refused token reports no expiry',
    );
    assert.equal(await reportedExpiry(null), null);
  });

  it('names the date on which a refused token expired', async () => {
    const { github, integration, context } = await start({
      record: { credentialExpiresAt: '2026-01-08T13:39:37.000Z' },
    });
    github.state.revokeToken((await context.credentials.get()).accessToken ?? '');
    await assert.rejects(integration.testConnection(), {
      hint: 'The token expired on 2026-01-08 at 13:39 UTC. Create a new token on GitHub and set it with PATCH {"access_token": "…"}.',
    });
  });

  it('reports no expiry of the tokens that an App renews', async () => {
    const { integration, context, github } = await startApp();
    github.fault({
      kind: 'status',
      status: 200,
      method: 'GET',
      path: /^\/repos/,
      headers: { 'github-authentication-token-expiration': '2100-12-08 13:39:37 UTC' },
      body: { id: 1, name: 'web', owner: { login: 'acme' } },
    });
    await integration.getRepository(repository);
    assert.equal(context.record.credentialExpiresAt, null);
  });

  it('distinguishes a missing permission from a secondary rate limit without Retry-After', async () => {
    const { github, integration, context } = await start();
    github.fault({
      kind: 'status',
      status: 403,
      body: { message: 'Resource not accessible by personal access token' },
    });
    await assert.rejects(
      integration.getRepository(repository),
      (error: unknown) => error instanceof IntegrationError && error.class === 'permission',
    );
    github.limitSecondary({ retryAfter: false });
    const before = Date.now();
    await assert.rejects(integration.getRepository(repository), (error: unknown) => {
      assert.ok(error instanceof IntegrationRateLimitError);
      assert.ok(error.retryAt.getTime() >= before + 60_000);
      return true;
    });
    assert.equal(context.blocks.length, 1);
  });

  it('records a wait when GitHub requests it, but not when a call was held back because of it', async () => {
    const { integration, context } = await start();
    const heldBack = new IntegrationRateLimitError(
      'No request may go out for another 7 s.',
      new Date(Date.now() + 7000),
    );
    context.fetch = async () => {
      throw heldBack;
    };
    await assert.rejects(integration.getRepository(repository), (error: unknown) => error === heldBack);
    assert.deepEqual(context.blocks, []);
  });

  it('creates a token of an App for an hour, reuses it, and creates another when GitHub refuses it', async () => {
    const connected = await connectApp();
    const { integration, context } = connected;
    github = connected.github;

    const report = await integration.testConnection();
    assert.equal(report.account?.login, 'helper[bot]');
    assert.equal(report.account?.type, 'bot');
    assert.deepEqual(report.scopesMissing, []);
    github.fault({ kind: 'status', status: 404, method: 'GET', path: /^\/users\// });
    assert.deepEqual(await integration.getAccount(), { id: 'app/12', login: 'helper[bot]', type: 'bot' });
    await integration.getRepository(repository);
    const first = (await context.credentials.get()).accessToken ?? '';
    await integration.getRepository(repository);
    assert.equal((await context.credentials.get()).accessToken, first);
    github.state.revokeToken(first);
    await integration.getRepository(repository);
    assert.notEqual((await context.credentials.get()).accessToken, first);
  });

  it('works for an App without the permissions to show analyses, and reports them as optional', async () => {
    const permissions = { checks: 'read', pull_requests: 'read', contents: 'read' } as const;
    const connected = await connectApp({ permissions });
    github = connected.github;
    const report = await connected.integration.testConnection();
    assert.deepEqual(report.scopesMissing, ['checks:write', 'pull_requests:write']);
    assert.match(report.message, /grant the App checks:write and pull_requests:write \(optional\)/);
  });

  const ofClassAuth = (code: string, recheck: boolean) => (error: unknown) => {
    assert.ok(error instanceof IntegrationAuthError);
    assert.deepEqual([error.code, error.recheck, error.hint !== undefined], [code, recheck, true]);
    return true;
  };

  it('fails for an uninstalled App with class auth and is checked again', async () => {
    const { github, integration, installation } = await startApp();
    await integration.getRepository(repository);
    github.state.removeInstallation(installation);
    const expected = ofClassAuth('github.not_installed', true);
    await assert.rejects(integration.testConnection(), expected);
    await assert.rejects(integration.getRepository(repository), expected);
  });

  it('fails for a suspended installation with class auth and is checked again', async () => {
    const { github, integration, installation } = await startApp();
    github.state.suspendInstallation(installation);
    await assert.rejects(integration.testConnection(), ofClassAuth('github.suspended', true));
    await assert.rejects(integration.getRepository(repository), ofClassAuth('github.installation_refused', true));
  });

  it('distinguishes a forbidden request of an App from a suspended installation', async () => {
    const { github, integration, installation } = await startApp();
    await integration.getRepository(repository);
    const forbidden = { kind: 'status', status: 403, path: /^\/repos/, body: { message: 'Refused.' } } as const;
    github.fault(forbidden);
    await assert.rejects(integration.getRepository(repository), { class: 'permission', code: 'github.forbidden' });
    github.fault(forbidden);
    github.state.suspendInstallation(installation);
    await assert.rejects(integration.getRepository(repository), ofClassAuth('github.suspended', true));
  });

  it('fails for an App whose key GitHub refuses with class auth until it gets a new key', async () => {
    const { github, integration } = await startApp();
    const refused = {
      kind: 'status',
      status: 401,
      path: /^\/app\/installations/,
      body: { message: 'Bad JWT' },
    } as const;
    const fault = github.fault({ ...refused, times: Infinity });
    await assert.rejects(integration.testConnection(), ofClassAuth('github.bad_app_key', false));
    await assert.rejects(integration.getRepository(repository), ofClassAuth('github.bad_app_key', false));
    assert.equal(fault.hits, 2);
  });

  it('explains which key is needed for an App without a readable key', async () => {
    const { integration, context } = await start({
      record: { authType: 'github_app', config: { app_id: 12, installation_id: 1 } },
    });
    await context.credentials.set({ privateKey: 'not a key' });
    await assert.rejects(integration.testConnection(), { code: 'github.bad_private_key' });
  });

  it('creates one hook in a repository however often it is asked, and deletes it', async () => {
    const { github, integration } = await start();
    const hook = { url: 'https://cc.example/api/v1/integrations/1/webhook', secret: 'one' };
    const made = await integration.installHook(repository, hook);
    assert.equal(made.created, true);
    const again = await integration.installHook(repository, { ...hook, secret: 'two' });
    assert.deepEqual(again, { externalId: made.externalId, created: false });
    assert.equal(github.state.hooksOf('acme/web').length, 1);
    // GitHub refuses a repository's hook that subscribes to events of Apps.
    assert.deepEqual(github.state.hooksOf('acme/web')[0]?.events.toSorted(), [
      'issues',
      'label',
      'pull_request',
      'push',
      'repository',
    ]);
    await integration.removeHook(repository, made.externalId);
    await integration.removeHook(repository, made.externalId);
    assert.equal(github.state.hooksOf('acme/web').length, 0);
  });
});
