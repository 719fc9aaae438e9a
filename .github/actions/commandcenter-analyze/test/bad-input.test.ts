import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, afterEach, before, describe, it } from 'node:test';
import type { StepRun } from './runner/run-action.ts';
import type { HostedRepository } from './stage/hosted-repository.ts';
import { openStage, type Stage } from './stage/stage.ts';
import { branchTrigger } from './stage/triggers.ts';

describe('what is wrong with the inputs', () => {
  let stage: Stage;
  let repository: HostedRepository;
  before(async () => {
    stage = await openStage();
    repository = await stage.addRepository('web', { 'src/a.js': 'export const a = 1;\n' });
  });
  afterEach(() => {
    stage.server.detour.intercept = null;
  });
  after(() => stage[Symbol.asyncDispose]());

  const run = async (given: Record<string, string>): Promise<StepRun> => {
    const step = await stage.analyse(branchTrigger(repository, 'workflow_dispatch'), {
      checkout: null,
      with: { 'fail-on-errors': 'false', ...given },
    });
    // Also a token that is wrong may be somebody's.
    const printed = step.output.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    for (const part of (given['api-token'] ?? '').split('\n').filter((line) => line !== '')) {
      assert.ok(step.masks.includes(part) && !printed.join('\n').includes(part), step.output);
    }
    return step;
  };
  const makeToken = async (scopes: string[], name = 'Another'): Promise<string> =>
    (await stage.server.call<{ token: string }>('POST', '/tokens', { name, scopes, project_id: 1 })).token;

  /** The step fails with this one line, and nothing else. */
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

  describe('fails the step, whatever `fail-on-errors` says, with the input and the remedy', () => {
    const rows: [name: string, given: Record<string, string>, message: RegExp][] = [
      ['no address', { 'commandcenter-url': '' }, /^commandcenter-url is empty\. Set it to the address/],
      [
        'an address without a scheme',
        { 'commandcenter-url': 'commandcenter.example.org' },
        /^commandcenter-url is no address\. It starts with https:\/\//,
      ],
      ['another scheme', { 'commandcenter-url': 'ftp://cc.example.org' }, /^commandcenter-url is no address/],
      [
        'an address with a password',
        { 'commandcenter-url': 'https://a:secret@cc.example.org' },
        /^commandcenter-url holds a user name or password\. Leave it out/,
      ],
      [
        'an address with a query',
        { 'commandcenter-url': 'https://cc.example.org/?x=1#y' },
        /^commandcenter-url has a query or a fragment\. Right: https:\/\/cc\.example\.org\.$/,
      ],
      [
        'no token',
        { 'api-token': '' },
        /^api-token is empty\. Give it a token with the scopes jobs:create and jobs:read.*id-token: write/,
      ],
      [
        'a token with a line break',
        { 'api-token': 'cct_one\ncct_two' },
        /^api-token has a space or a line break in it\. Paste the token alone/,
      ],
      ['no project', { 'project-id': '' }, /^project-id is empty\. Set it to the number/],
      ['a project by name', { 'project-id': 'web' }, /^project-id is no id\. It is a number/],
      ['a project that cannot be', { 'project-id': '99999999999' }, /^project-id is no id/],
      [
        'a project that is not there',
        { 'project-id': '99' },
        /^project-id: There is no project 99 that this token can see\.$/,
      ],
      ['a repository by name', { 'repository-id': 'web' }, /^repository-id is no id/],
      [
        'a repository that is not there',
        { 'repository-id': '99' },
        /^repository-id: There is no repository 99 in project 1/,
      ],
      [
        'another depth',
        { 'analysis-depth': 'deep' },
        /^analysis-depth is "deep"\. It is quick, standard or comprehensive\.$/,
      ],
      ['a switch that is none', { 'post-comment': 'yes' }, /^post-comment is "yes"\. It is 'true' or 'false'\.$/],
      ['another gate', { 'fail-on-errors': 'high' }, /^fail-on-errors is "high"\. It is 'true', 'false' or 'gate'\.$/],
      ['another kind of link', { 'report-link': 'true' }, /^report-link is "true"\. It is auto, always or never\.$/],
      [
        'a time that is none',
        { 'timeout-minutes': '-1' },
        /^timeout-minutes is "-1"\. It is a number of minutes from 1 to 360\.$/,
      ],
      [
        'a token that is unknown',
        { 'api-token': 'cct_0000000000000000000000000000000000000' },
        /^api-token: This token is unknown here, or was revoked\. Make a new one\..*jobs:create and jobs:read/,
      ],
    ];
    for (const [name, given, message] of rows) {
      it(name, async () => assertRefused(await run(given), message));
    }

    it('a token that has expired', async () => {
      const token = await makeToken(['jobs:create', 'jobs:read'], 'Old');
      await stage.server.database.pool.query(
        `update api_tokens set expires_at = now() - interval '1 day' where name = 'Old'`,
      );
      assertRefused(await run({ 'api-token': token }), /^api-token: .*expired.*jobs:create and jobs:read/);
    });

    it('a token that lacks a scope, be it for asking or for reading', async () => {
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

  it('is not a path or a slash at the end of the address, nor that of its API', async () => {
    for (const path of ['/', '//', '/api/v1', '/api/v1/', '/docs']) {
      const step = await run({ 'commandcenter-url': `${stage.server.url}${path}` });
      assert.equal(step.exitCode, 0, step.output);
    }
  });

  it('is not white space around them', async () => {
    const step = await run({ 'api-token': `${stage.secrets.COMMANDCENTER_TOKEN}\n`, 'project-id': ' 1 ' });
    assert.equal(step.exitCode, 0, step.output);
  });

  describe('may be that something else than CommandCenter, as it is today, is at the address', () => {
    const answer = (respond: (request: IncomingMessage, response: ServerResponse) => void): void => {
      stage.server.detour.intercept = (request, response) => {
        request.resume();
        respond(request, response);
        return true;
      };
    };
    const json = (response: ServerResponse, status: number, body: object, type = 'application/json'): void =>
      void response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));

    it('a redirect to https, which would show the token to whoever listens', async () => {
      answer((request, response) => response.writeHead(308, { location: `https://127.0.0.1${request.url}` }).end());
      assertRefused(
        await run({}),
        /^commandcenter-url: http:\/\/127\.0\.0\.1:\d+ leads to https:\/\/127\.0\.0\.1\. Set it to that/,
      );
    });

    it('a page to sign in', async () => {
      answer((_, response) => response.writeHead(302, { location: 'https://login.example.org/?next=x' }).end());
      assertRefused(
        await run({}),
        /^commandcenter-url: .* leads to https:\/\/login\.example\.org \(302\).*Set it to the address of CommandCenter itself/,
      );
      answer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>'));
      assertRefused(
        await run({}),
        /^commandcenter-url: .* answers 200 with text\/html, and not as CommandCenter does\. Set it to/,
      );
    });

    it('another API', async () => {
      answer((_, response) => json(response, 200, { message: 'hello' }));
      assertRefused(
        await run({}),
        /^commandcenter-url: .* answers with something else than a job\. Is it the address of CommandCenter\?$/,
      );
      answer((_, response) => json(response, 404, { message: 'Not Found' }));
      assertRefused(
        await run({}),
        /^commandcenter-url: .* answers 404 with application\/json, and not as CommandCenter does/,
      );
    });

    it('JSON that breaks off', async () => {
      answer((_, response) => response.writeHead(201, { 'content-type': 'application/json' }).end('{"id": 1,'));
      assertRefused(await run({}), /^commandcenter-url: .* answers 201 with application\/json, and not as/);
    });

    it('a CommandCenter that is older, and does not know what it is asked', async () => {
      answer((request, response) => {
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
        /^commandcenter-url: The body is not valid\. \/parameters\/depth2 is not known\. The server is version 0\.0\.1, this Action [\d.]+: update the older of the two\.$/,
      );
    });

    it('a CommandCenter that is newer, with another form of report', async () => {
      stage.server.detour.intercept = (request, response) => {
        if (!request.url?.endsWith('/report')) return false;
        json(response, 200, { report: { version: 2 } });
        return true;
      };
      const step = await run({});
      assert.equal(step.exitCode, 2, step.output);
      assert.match(
        step.annotations.at(-1)?.message ?? '',
        /^commandcenter-url: its server is newer than this Action.*Update the Action\.$/,
      );
      assert.equal(step.outputs.status, 'failed');
    });
  });

  it('is nothing that waiting mends: a certificate, or a port that no one may use', async () => {
    assertRefused(
      await run({ 'commandcenter-url': 'http://127.0.0.1:1' }),
      /^commandcenter-url: http:\/\/127\.0\.0\.1:1 does not answer/,
      [3, 'Server unreachable'],
    );
    const plain = await run({ 'commandcenter-url': stage.server.url.replace('http:', 'https:') });
    assertRefused(plain, /^commandcenter-url: https:\/\/127\.0\.0\.1:\d+ does not answer \(ERR_SSL/, [
      3,
      'Server unreachable',
    ]);
  });
});
