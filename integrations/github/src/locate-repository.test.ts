import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { type FakeGitHub, githubSchema } from '@commandcenter/fake-github';
import { IntegrationError } from '@commandcenter/integration-kit';
import { parse, validate } from 'graphql';
import { connect, connectApp } from '../test/fixture.ts';
import { repositoryByHandle } from './locate-repository.ts';

const handle = 'R_7';
const node = {
  id: handle,
  name: 'site',
  owner: { login: 'acme' },
  isArchived: true,
  hasIssuesEnabled: false,
  viewerPermission: 'READ',
};

describe('locateRepository', () => {
  let github: FakeGitHub | undefined;
  afterEach(async () => {
    await github?.close();
    github = undefined;
  });
  const start = async (body: Record<string, unknown>, connectAs = connect) => {
    const connected = await connectAs();
    github = connected.github;
    connected.github.fault({ kind: 'status', status: 200, path: /^\/graphql$/, body });
    return connected.integration;
  };

  it("sends a query that is valid in GitHub's schema", () => {
    assert.deepEqual(validate(githubSchema(), parse(repositoryByHandle)), []);
  });

  it('finds a renamed repository under its present name, with its present state', async () => {
    const integration = await start({ data: { node } });
    assert.deepEqual(await integration.locateRepository({ externalId: '7', handle }), {
      owner: 'acme',
      name: 'site',
      externalId: '7',
      handle,
      archived: true,
      itemsDisabled: true,
      writable: false,
    });
  });

  it('does not report the role of an App', async () => {
    const integration = await start({ data: { node } }, connectApp);
    const located = await integration.locateRepository({ handle });
    assert.ok(located);
    assert.equal('writable' in located, false);
  });

  it('returns null if GitHub has no such node', async () => {
    const errors = [{ type: 'NOT_FOUND', path: ['node'], message: 'Could not resolve to a node.' }];
    const integration = await start({ data: { node: null }, errors });
    assert.equal(await integration.locateRepository({ handle }), null);
  });

  it('returns null if the node is not a repository', async () => {
    const integration = await start({ data: { node: {} } });
    assert.equal(await integration.locateRepository({ externalId: '7', handle }), null);
  });

  it('returns null without a request if no handle is known', async () => {
    const { integration, github: fake } = await connect();
    github = fake;
    assert.equal(await integration.locateRepository({ externalId: '7' }), null);
    assert.equal(fake.requests.total, 0);
  });

  it('throws if GitHub refuses the query for another reason', async () => {
    const errors = [{ type: 'FORBIDDEN', message: 'Resource protected by organization SAML enforcement.' }];
    const integration = await start({ data: { node: null }, errors });
    await assert.rejects(
      integration.locateRepository({ handle }),
      (error: unknown) => error instanceof IntegrationError && error.class === 'permission',
    );
  });
});
