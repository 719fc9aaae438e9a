import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type FakeGitHub, startFakeGitHub } from '@commandcenter/fake-github';
import { integration as githubDefinition } from '@commandcenter/integration-github';
import { createRegistry } from '../../src/integrations/registry.ts';
import { waitFor } from '../harness/wait-for.ts';
import { startTestApplication, type TestApplication } from './test-application.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('a credential that expires', () => {
  let github: FakeGitHub;
  let app: TestApplication;
  let token: string;
  let path: string;
  /** Milliseconds by which GitHub's clock is ahead of ours. */
  let offsetMs: number;

  beforeEach(async () => {
    offsetMs = 0;
    github = await startFakeGitHub({ clock: { now: () => new Date(Date.now() + offsetMs) } });
    github.state.addOrganization('acme', { members: { robot: 'admin' } });
    token = github.state.addToken({ login: 'robot' });
    app = await startTestApplication({ EGRESS_ALLOW: '127.0.0.1', ROLE: 'api' }, createRegistry([githubDefinition]));
    const { body } = await app.ask('POST', '/api/v1/integrations', {
      body: {
        project_id: 1,
        name: 'GitHub: acme',
        integration_type: 'github',
        auth_type: 'token',
        access_token: token,
        config: { api_url: github.url },
      },
    });
    path = `/api/v1/integrations/${body.id}`;
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
    assert.deepEqual(github.violations, []);
    await github.close();
  });

  /** Returns a time in whole seconds, the precision in which GitHub reports an expiry. */
  const inFuture = (ms: number): Date => new Date(Math.floor((Date.now() + ms) / 1000) * 1000);
  /** Sets the expiry of the existing token; null means that it never expires. */
  const expireAt = (expiresAt: Date | null): void => {
    github.state.addToken({ login: 'robot', token, ...(expiresAt === null ? {} : { expiresAt }) });
  };
  const test = async () => (await app.ask('POST', `${path}/test`)).body;
  const health = async () => (await app.ask('GET', `${path}/health`)).body;
  const shownExpiry = async () => {
    const { body } = await app.ask('GET', path);
    assert.equal((await health()).credential_expires_at, body.credential_expires_at);
    return body.credential_expires_at;
  };
  const written = (date: Date): string => `${date.toISOString().slice(0, 16).replace('T', ' at ')} UTC`;

  it('is shown with the date, and warned about from 14 days before, while everything works on', async () => {
    await test();
    assert.equal(await shownExpiry(), null);
    const later = inFuture(15 * DAY_MS);
    expireAt(later);
    await test();
    assert.equal(await shownExpiry(), later.toISOString());
    assert.equal('remedy' in (await health()), false);

    const soon = inFuture(13 * DAY_MS);
    expireAt(soon);
    assert.equal((await test()).ok, true);
    assert.equal(await shownExpiry(), soon.toISOString());
    const { is_healthy, status, remedy } = await health();
    assert.deepEqual([is_healthy, status], [true, 'active']);
    assert.equal(
      remedy,
      `The credential expires on ${written(soon)}. Create a new token and give it with PATCH {"access_token": "…"} before then.`,
    );
  });

  it('is no longer warned about when the same token does not expire any more', async () => {
    expireAt(inFuture(DAY_MS));
    await test();
    expireAt(null);
    await test();
    assert.equal(await shownExpiry(), null);
    assert.equal('remedy' in (await health()), false);
  });

  it('is forgotten as soon as another credential is given, also while a request with the old one is on its way', async () => {
    expireAt(inFuture(DAY_MS));
    await test();
    expireAt(inFuture(2 * DAY_MS));
    const { promise: until, resolve: release } = Promise.withResolvers<void>();
    const hold = github.fault({ kind: 'delay', path: /^\/user$/, until });
    const testing = test();
    await waitFor('the request with the old token', () => hold.hits > 0);
    const access_token = github.state.addToken({ login: 'robot' });
    assert.equal((await app.ask('PATCH', path, { body: { access_token } })).body.credential_expires_at, null);
    release();
    assert.equal((await testing).ok, true);
    assert.equal(await shownExpiry(), null);
  });

  it('says afterwards on which date it expired, in the test and in health', async () => {
    offsetMs = -HOUR_MS;
    const expiresAt = inFuture(-HOUR_MS / 2);
    expireAt(expiresAt);
    await test();
    assert.equal(await shownExpiry(), expiresAt.toISOString());
    offsetMs = 0;
    const { ok, message } = await test();
    assert.equal(ok, false);
    assert.ok(String(message).includes(`The token expired on ${written(expiresAt)}.`), String(message));
    const { is_healthy, last_error_class, remedy } = await health();
    assert.deepEqual([is_healthy, last_error_class], [false, 'auth']);
    assert.equal(
      remedy,
      `The credential expired on ${written(expiresAt)}. Create a new token and give it with PATCH {"access_token": "…"}; work goes on at once.`,
    );
  });
});
