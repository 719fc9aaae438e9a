import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { RUN, startTokenIssuer, type TokenIssuer } from '../../../../packages/server/test/http/token-issuer.ts';
import { type AnalyzeOptions, type Harness, openHarness } from './harness/harness.ts';
import type { HostedRepository, PullRequest } from './harness/hosted-repository.ts';
import { type IdTokenEndpoint, startIdTokenEndpoint } from './harness/id-token-endpoint.ts';
import { pullRequestTrigger } from './harness/triggers.ts';
import type { StepRun } from './runner/run-action.ts';

describe('the identity by GitHub’s OIDC, without a stored token,', () => {
  let harness: Harness;
  let issuer: TokenIssuer;
  let idTokens: IdTokenEndpoint;
  /** Claims of the id token that the workflow gets from GitHub. */
  let claims: Record<string, unknown>;
  let repository: HostedRepository;
  let pull: PullRequest;
  let trustedId: number;
  before(async () => {
    issuer = await startTokenIssuer('replaced by what is asked for');
    idTokens = await startIdTokenEndpoint((aud) => issuer.sign({ claims: { ...claims, aud } }));
    harness = await openHarness({ environment: { EGRESS_ALLOW: '127.0.0.1' } });
    harness.runner.idToken = idTokens;
    repository = await harness.addRepository('web', { 'src/a.js': 'export const a = 1;\n' });
    pull = await repository.openPull({ 'src/b.js': 'export const b = 1;\n' });
    const { id } = await harness.server.call<{ id: number }>('POST', '/projects/1/trusted-repositories', {
      issuer: issuer.url,
      repository_id: Number(RUN.repository_id),
      owner_id: Number(RUN.repository_owner_id),
      name: repository.fullName,
    });
    trustedId = id;
  });
  after(async () => {
    await harness[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
    await idTokens[Symbol.asyncDispose]();
  });

  beforeEach(() => {
    idTokens.audiences = [];
    claims = { repository: repository.fullName };
  });

  const permissions = { contents: 'read', 'id-token': 'write', 'pull-requests': 'write' };
  const analyze = (given: Record<string, string> = {}, options: AnalyzeOptions = {}): Promise<StepRun> =>
    harness.analyze(pullRequestTrigger(repository, pull), {
      permissions,
      ...options,
      with: { 'api-token': '', ...given },
    });
  const errorOf = ({ annotations }: StepRun): string => {
    assert.deepEqual(
      annotations.map(({ level, title }) => [level, title]),
      [['error', 'Wrong input']],
    );
    return annotations[0]?.message ?? '';
  };

  it('replaces a stored token, and reveals neither token in the log', async () => {
    const step = await analyze({ 'commandcenter-url': `${harness.server.url}/` });
    assert.equal(step.exitCode, 0, step.output);
    assert.deepEqual(idTokens.audiences, [harness.server.url], 'asked once');
    assert.equal(harness.comments(repository, pull.number).length, 1);
    const secrets = step.masks.filter(
      (mask) => /^eyJ|^cct_/.test(mask) && mask !== harness.secrets.COMMANDCENTER_TOKEN,
    );
    assert.deepEqual(secrets.map((mask) => mask.slice(0, 4)).sort(), ['cct_', 'eyJ0']);
    assert.ok(step.masks.includes(idTokens.requestToken));
    const printed = step.output.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    for (const secret of [...secrets, idTokens.requestToken]) assert.ok(!printed.join('\n').includes(secret));
  });

  it('has the address of the server without path as audience', async () => {
    const step = await analyze({ 'commandcenter-url': `${harness.server.url}/api/v1` });
    assert.equal(step.exitCode, 0, step.output);
    assert.deepEqual(idTokens.audiences, [harness.server.url]);
  });

  it('is not requested if there is an `api-token`', async () => {
    const step = await analyze({ 'api-token': harness.secrets.COMMANDCENTER_TOKEN ?? '' });
    assert.deepEqual([step.exitCode, idTokens.audiences], [0, []]);
  });

  it('requires `id-token: write`', async () => {
    const step = await analyze({}, { permissions: { contents: 'read' } });
    assert.equal(step.exitCode, 2);
    assert.match(errorOf(step), /^api-token is empty\..*`permissions: id-token: write`/);
  });

  it('requires a repository on the project’s list, by id, and a refusal names the missing entry', async () => {
    claims = { ...claims, repository_id: '99' };
    const step = await analyze();
    assert.equal(step.exitCode, 2);
    const message = errorOf(step);
    assert.match(message, /^api-token is empty, and http:\/\/127.* does not accept this run's OIDC token \(403\)\./);
    assert.match(message, /POST \/api\/v1\/projects\/1\/trusted-repositories \{"repository_id":99,"owner_id":583231/);
    assert.deepEqual(step.outputs, { status: 'failed' });
  });

  it('reports that a server without OIDC is older', async () => {
    const { proxy } = harness.server;
    proxy.intercept = (request, response) => {
      if (!request.url?.endsWith('/github-oidc')) return false;
      request.resume();
      response.writeHead(404, { 'content-type': 'text/html' }).end('<html>Not Found</html>');
      return true;
    };
    const step = await analyze();
    proxy.intercept = null;
    assert.equal(step.exitCode, 2);
    assert.match(
      errorOf(step),
      /may be older than this Action, or not a CommandCenter\. Update it, or set api-token\.$/,
    );
  });

  it('is renewed when the token expires during the step', async () => {
    const { proxy, database } = harness.server;
    let ends = 0;
    proxy.intercept = async ({ url = '' }) => {
      if (!url.endsWith('/report') || ends > 0) return false;
      ends += 1;
      await database.pool.query(
        `update api_tokens set expires_at = now() - interval '1 minute' where trusted_repository_id = $1`,
        [trustedId],
      );
      return false;
    };
    const step = await analyze();
    proxy.intercept = null;
    assert.equal(ends, 1);
    assert.equal(step.exitCode, 0, step.output);
    assert.deepEqual(idTokens.audiences, [harness.server.url, harness.server.url]);
    assert.equal(step.outputs.status, 'completed');
  });
});
