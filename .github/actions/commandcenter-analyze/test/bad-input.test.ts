import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, afterEach, before, describe, it } from 'node:test';
import { type Harness, openHarness } from './harness/harness.ts';
import type { HostedRepository } from './harness/hosted-repository.ts';
import { branchTrigger } from './harness/triggers.ts';
import type { StepRun } from './runner/run-action.ts';

describe('the inputs of the Action', () => {
  let harness: Harness;
  let repository: HostedRepository;
  before(async () => {
    harness = await openHarness();
    repository = await harness.addRepository('web', { 'src/a.js': 'export const a = 1;\n' });
  });
  afterEach(() => {
    harness.server.proxy.intercept = null;
  });
  after(() => harness[Symbol.asyncDispose]());

  const run = async (inputs: Record<string, string>): Promise<StepRun> => {
    const step = await harness.analyze(branchTrigger(repository, 'workflow_dispatch'), {
      checkout: null,
      with: { 'fail-on-errors': 'false', ...inputs },
    });
    // An invalid token must be masked too, because it may be valid elsewhere.
    const printed = step.output.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    for (const part of (inputs['api-token'] ?? '').split('\n').filter((line) => line !== '')) {
      assert.ok(step.masks.includes(part) && !printed.join('\n').includes(part), step.output);
    }
    return step;
  };
  const makeToken = async (scopes: string[], name = 'Another'): Promise<string> =>
    (await harness.server.call<{ token: string }>('POST', '/tokens', { name, scopes, project_id: 1 })).token;

  /** Asserts that the step failed with this message as its only one. */
  const assertRefused = (
    step: StepRun,
    message: RegExp,
    [exitCode, title] = [2, 'Wrong input'] as [number, string],
  ): void => {
    assert.equal(step.exitCode, exitCode, step.output);
    const [error, ...others] = step.annotations;
    assert.deepEqual([error?.level, error?.title, others], ['error', title, []]);
    assert.match(error?.message ?? '', message);
    assert.doesNotMatch(error?.message ?? '', /[\r\n]|undefined|null|\[object/, 'one line for people');
    assert.deepEqual(step.outputs, { status: 'failed' });
  };

  describe('fail the step whatever `fail-on-errors` is, with the name of the input and a remedy, for', () => {
    const rows: [name: string, inputs: Record<string, string>, message: RegExp][] = [
      ['no address', { 'commandcenter-url': '' }, /^commandcenter-url is empty\. Set it to the address/],
      [
        'an address without a scheme',
        { 'commandcenter-url': 'commandcenter.example.org' },
        /^commandcenter-url is not an address that starts with https:\/\//,
      ],
      ['another scheme', { 'commandcenter-url': 'ftp://cc.example.org' }, /^commandcenter-url is not an address/],
      [
        'an address with a password',
        { 'commandcenter-url': 'https://a:secret@cc.example.org' },
        /^commandcenter-url contains a user name or password\. Remove it/,
      ],
      [
        'an address with a query',
        { 'commandcenter-url': 'https://cc.example.org/?x=1#y' },
        /^commandcenter-url has a query or a fragment\. Use https:\/\/cc\.example\.org\.$/,
      ],
      [
        'no token',
        { 'api-token': '' },
        /^api-token is empty\. Set it to a token with the scopes jobs:create and jobs:read.*id-token: write/,
      ],
      [
        'a token with a line break',
        { 'api-token': 'cct_one\ncct_two' },
        /^api-token contains white space\. Store only the token/,
      ],
      ['no project', { 'project-id': '' }, /^project-id is empty\. Set it to the number/],
      ['a project by name', { 'project-id': 'web' }, /^project-id is not a number/],
      ['a project with an impossible number', { 'project-id': '99999999999' }, /^project-id is not a number/],
      [
        'a project that does not exist',
        { 'project-id': '99' },
        /^project-id: There is no project 99 that this token can see\.$/,
      ],
      ['a repository by name', { 'repository-id': 'web' }, /^repository-id is not a number/],
      [
        'a repository that does not exist',
        { 'repository-id': '99' },
        /^repository-id: There is no repository 99 in project 1/,
      ],
      [
        'an unknown depth',
        { 'analysis-depth': 'deep' },
        /^analysis-depth is "deep"\. Use quick, standard or comprehensive\.$/,
      ],
      ['an invalid boolean', { 'post-comment': 'yes' }, /^post-comment is "yes"\. Use 'true' or 'false'\.$/],
      ['another gate', { 'fail-on-errors': 'high' }, /^fail-on-errors is "high"\. Use 'true', 'false' or 'gate'\.$/],
      ['another kind of link', { 'report-link': 'true' }, /^report-link is "true"\. Use auto, always or never\.$/],
      [
        'an invalid time',
        { 'timeout-minutes': '-1' },
        /^timeout-minutes is "-1"\. Use a number of minutes up to 360\.$/,
      ],
      [
        'a token that is unknown',
        { 'api-token': 'cct_0000000000000000000000000000000000000' },
        /^api-token: This token is unknown here, or was revoked\. Make a new one\..*jobs:create and jobs:read/,
      ],
    ];
    for (const [name, inputs, message] of rows) {
      it(name, async () => assertRefused(await run(inputs), message));
    }

    it('a token that has expired', async () => {
      const token = await makeToken(['jobs:create', 'jobs:read'], 'Old');
      await harness.server.database.pool.query(
        `update api_tokens set expires_at = now() - interval '1 day' where name = 'Old'`,
      );
      assertRefused(await run({ 'api-token': token }), /^api-token: .*expired.*jobs:create and jobs:read/);
    });

    it('a token that lacks the scope for requesting or for reading', async () => {
      const reading = await makeToken(['jobs:read']);
      assertRefused(
        await run({ 'api-token': reading }),
        /^api-token: .*jobs:create.* The scopes jobs:create and jobs:read are needed\.$/,
      );
      const asking = await run({ 'api-token': await makeToken(['jobs:create']) });
      assert.equal(asking.exitCode, 2, asking.output);
      assert.match(asking.annotations.at(-1)?.message ?? '', /^api-token: .*jobs:read.* are needed\.$/);
    });
  });

  it('may have an address with a path, a trailing slash or the path of the API', async () => {
    for (const path of ['/', '//', '/api/v1', '/api/v1/', '/docs']) {
      const step = await run({ 'commandcenter-url': `${harness.server.url}${path}` });
      assert.equal(step.exitCode, 0, step.output);
    }
  });

  it('may be surrounded by white space', async () => {
    const step = await run({ 'api-token': `${harness.secrets.COMMANDCENTER_TOKEN}\n`, 'project-id': ' 1 ' });
    assert.equal(step.exitCode, 0, step.output);
  });

  describe('fail the step if the address does not belong to a compatible CommandCenter, such as', () => {
    const respondWith = (respond: (request: IncomingMessage, response: ServerResponse) => void): void => {
      harness.server.proxy.intercept = (request, response) => {
        request.resume();
        respond(request, response);
        return true;
      };
    };
    const json = (response: ServerResponse, status: number, body: object, type = 'application/json'): void =>
      void response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));

    it('a redirect to https, because the token would be sent over plain http first', async () => {
      respondWith((request, response) =>
        response.writeHead(308, { location: `https://127.0.0.1${request.url}` }).end(),
      );
      assertRefused(
        await run({}),
        /^commandcenter-url: http:\/\/127\.0\.0\.1:\d+ redirects to https:\/\/127\.0\.0\.1\. Use that address/,
      );
    });

    it('a sign-in page', async () => {
      respondWith((_, response) => response.writeHead(302, { location: 'https://login.example.org/?next=x' }).end());
      assertRefused(
        await run({}),
        /^commandcenter-url: .* redirects to https:\/\/login\.example\.org \(302\).*Set the address of CommandCenter itself/,
      );
      respondWith((_, response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>'),
      );
      assertRefused(
        await run({}),
        /^commandcenter-url: .* responds with 200 and text\/html, which CommandCenter does not send\..*Set the address/,
      );
    });

    it('another API', async () => {
      respondWith((_, response) => json(response, 200, { message: 'hello' }));
      assertRefused(
        await run({}),
        /^commandcenter-url: .* did not return a job\. Check that it is the address of CommandCenter\.$/,
      );
      respondWith((_, response) => json(response, 404, { message: 'Not Found' }));
      assertRefused(
        await run({}),
        /^commandcenter-url: .* responds with 404 and application\/json, which CommandCenter does not send/,
      );
    });

    it('truncated JSON', async () => {
      respondWith((_, response) => response.writeHead(201, { 'content-type': 'application/json' }).end('{"id": 1,'));
      assertRefused(await run({}), /^commandcenter-url: .* responds with 201 and application\/json, which/);
    });

    it('an older CommandCenter that does not support the request', async () => {
      respondWith((request, response) => {
        if (request.url === '/api/v1/health') return json(response, 200, { status: 'ok', version: '0.0.1' });
        const errors = [{ pointer: '/parameters/depth2', message: 'is not known' }];
        return json(
          response,
          422,
          { code: 'request.invalid', detail: 'The body is not valid.', errors },
          'application/problem+json',
        );
      });
      assertRefused(
        await run({}),
        /^commandcenter-url: The body is not valid\. \/parameters\/depth2 is not known\. The server has version 0\.0\.1, this Action [\d.]+\. Update the older one\.$/,
      );
    });

    it('a newer CommandCenter with another report format', async () => {
      harness.server.proxy.intercept = (request, response) => {
        if (!request.url?.endsWith('/report')) return false;
        json(response, 200, { report: { version: 2 } });
        return true;
      };
      const step = await run({});
      assert.equal(step.exitCode, 2, step.output);
      assert.match(
        step.annotations.at(-1)?.message ?? '',
        /^commandcenter-url: the server is newer than this Action.*Update the Action\.$/,
      );
      assert.equal(step.outputs.status, 'failed');
    });
  });

  it('fail the step at once if waiting cannot help: an untrusted certificate or a forbidden port', async () => {
    assertRefused(
      await run({ 'commandcenter-url': 'http://127.0.0.1:1' }),
      /^commandcenter-url: http:\/\/127\.0\.0\.1:1 cannot be reached/,
      [3, 'Server unreachable'],
    );
    const plain = await run({ 'commandcenter-url': harness.server.url.replace('http:', 'https:') });
    assertRefused(plain, /^commandcenter-url: https:\/\/127\.0\.0\.1:\d+ cannot be reached \(ERR_SSL/, [
      3,
      'Server unreachable',
    ]);
  });
});
