import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { RUN, startTokenIssuer, type TokenIssuer } from '../../../../packages/server/test/http/token-issuer.ts';
import type { StepRun } from './runner/run-action.ts';
import type { HostedRepository, PullRequest } from './stage/hosted-repository.ts';
import { type IdTokenEndpoint, startIdTokenEndpoint } from './stage/id-token-endpoint.ts';
import { type AnalyseOptions, openStage, type Stage } from './stage/stage.ts';
import { pullRequestTrigger } from './stage/triggers.ts';

describe('an identity by GitHub’s OIDC, without a stored token', () => {
  let stage: Stage;
  let issuer: TokenIssuer;
  let idTokens: IdTokenEndpoint;
  /** What GitHub says of the run. */
  let claims: Record<string, unknown>;
  let repository: HostedRepository;
  let pull: PullRequest;
  let trustedId: number;
  before(async () => {
    issuer = await startTokenIssuer('replaced by what is asked for');
    idTokens = await startIdTokenEndpoint((aud) => issuer.sign({ claims: { ...claims, aud } }));
    stage = await openStage({ environment: { EGRESS_ALLOW: '127.0.0.1' } });
    stage.runner.idToken = idTokens;
    repository = await stage.addRepository('web', { 'src/a.js': 'export const a = 1;\n' });
    pull = await repository.openPull({ 'src/b.js': 'export const b = 1;\n' });
    const { id } = await stage.server.call<{ id: number }>('POST', '/projects/1/trusted-repositories', {
      issuer: issuer.url,
      repository_id: Number(RUN.repository_id),
      owner_id: Number(RUN.repository_owner_id),
      name: repository.fullName,
    });
    trustedId = id;
  });
  after(async () => {
    await stage[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
    await idTokens[Symbol.asyncDispose]();
  });

  beforeEach(() => {
    idTokens.audiences = [];
    claims = { repository: repository.fullName };
  });

  const permissions = { contents: 'read', 'id-token': 'write', 'pull-requests': 'write' };
  const analyse = (given: Record<string, string> = {}, options: AnalyseOptions = {}): Promise<StepRun> =>
    stage.analyse(pullRequestTrigger(repository, pull), {
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

  it('does what a token does, and shows neither of the tokens that it got', async () => {
    const step = await analyse({ 'commandcenter-url': `${stage.server.url}/` });
    assert.equal(step.exitCode, 0, step.output);
    assert.deepEqual(idTokens.audiences, [stage.server.url], 'asked once');
    assert.equal(stage.comments(repository, pull.number).length, 1);
    const secrets = step.masks.filter((mask) => /^eyJ|^cct_/.test(mask) && mask !== stage.secrets.COMMANDCENTER_TOKEN);
    assert.deepEqual(secrets.map((mask) => mask.slice(0, 4)).sort(), ['cct_', 'eyJ0']);
    assert.ok(step.masks.includes(idTokens.requestToken));
    const printed = step.output.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    for (const secret of [...secrets, idTokens.requestToken]) assert.ok(!printed.join('\n').includes(secret));
  });

  it('is for the address of the server, whatever path was copied with it', async () => {
    const step = await analyse({ 'commandcenter-url': `${stage.server.url}/api/v1` });
    assert.equal(step.exitCode, 0, step.output);
    assert.deepEqual(idTokens.audiences, [stage.server.url]);
  });

  it('is not asked for where there is an `api-token`', async () => {
    const step = await analyse({ 'api-token': stage.secrets.COMMANDCENTER_TOKEN ?? '' });
    assert.deepEqual([step.exitCode, idTokens.audiences], [0, []]);
  });

  it('needs `id-token: write`', async () => {
    const step = await analyse({}, { permissions: { contents: 'read' } });
    assert.equal(step.exitCode, 2);
    assert.match(errorOf(step), /^api-token is empty\..*`permissions: id-token: write`/);
  });

  it('needs a repository on the list of the project: the ids count, and the refusal says what to add', async () => {
    claims = { ...claims, repository_id: '99' };
    const step = await analyse();
    assert.equal(step.exitCode, 2);
    const message = errorOf(step);
    assert.match(message, /^api-token is empty, and http:\/\/127.* does not take this run's OIDC token \(403\)\./);
    assert.match(message, /POST \/api\/v1\/projects\/1\/trusted-repositories \{"repository_id":99,"owner_id":583231/);
    assert.deepEqual(step.outputs, { status: 'failed' });
  });

  it('says of a server that knows no OIDC that it is older', async () => {
    const { detour } = stage.server;
    detour.intercept = (request, response) => {
      if (!request.url?.endsWith('/github-oidc')) return false;
      request.resume();
      response.writeHead(404, { 'content-type': 'text/html' }).end('<html>Not Found</html>');
      return true;
    };
    const step = await analyse();
    detour.intercept = null;
    assert.equal(step.exitCode, 2);
    assert.match(
      errorOf(step),
      /may be older than this Action, or no CommandCenter: update it, or give an api-token\.$/,
    );
  });

  it('is renewed when the token ends in the middle', async () => {
    const { detour, database } = stage.server;
    let ends = 0;
    detour.intercept = async ({ url = '' }) => {
      if (!url.endsWith('/report') || ends > 0) return false;
      ends += 1;
      await database.pool.query(
        `update api_tokens set expires_at = now() - interval '1 minute' where trusted_repository_id = $1`,
        [trustedId],
      );
      return false;
    };
    const step = await analyse();
    detour.intercept = null;
    assert.equal(ends, 1);
    assert.equal(step.exitCode, 0, step.output);
    assert.deepEqual(idTokens.audiences, [stage.server.url, stage.server.url]);
    assert.equal(step.outputs.status, 'completed');
  });
});
