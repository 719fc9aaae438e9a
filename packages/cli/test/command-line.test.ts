import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ServerProcess, startServerProcess } from '../../server/test/harness/server-process.ts';
import { type Outcome, runCommandcenter } from './harness/run-commandcenter.ts';

const commandcenter = (args: string[], environment: Record<string, string> = {}): Promise<Outcome> =>
  runCommandcenter(args, { environment });

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'commandcenter-cli-'));
});

after(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

describe('wrong usage ends with 2 and says what is right', () => {
  const cases: [string[], RegExp][] = [
    [['bogus'], /unknown command 'bogus'/],
    [['token', 'create', 'ci'], /required option '--scope/],
    [['deliveries', 'list', '--status', 'lost'], /Allowed choices are received, processed/],
    [['deliveries', 'replay', 'first'], /whole number from 1/],
    [['import', 'my-repo'], /Right: my-org\/my-repo/],
    [['token', 'list'], /COMMANDCENTER_TOKEN/],
  ];
  for (const [args, expected] of cases) {
    test(args.join(' '), async () => {
      const { code, stderr } = await commandcenter(args);
      assert.equal(code, 2);
      assert.match(stderr, expected);
    });
  }
});

test('a server that does not answer ends with 3', async () => {
  const { code, stderr } = await commandcenter(['token', 'list', '--url', 'http://127.0.0.1:9'], {
    COMMANDCENTER_TOKEN: 'any',
  });
  assert.equal(code, 3);
  assert.match(stderr, /^http:\/\/127\.0\.0\.1:9 does not answer .*Is the server running\?\n$/);
});

test('doctor names a wrong variable and ends with 1', async () => {
  const { code, stdout } = await commandcenter(['doctor', '--json'], { RETENTION_JOBS_DAYS: 'long' });
  assert.equal(code, 1);
  const { findings } = JSON.parse(stdout) as { findings: { state: string; message: string }[] };
  assert.match(findings.find(({ state }) => state === 'fault')?.message ?? '', /^RETENTION_JOBS_DAYS is "long"/);
});

test('doctor says that repositories cannot be analysed where there is no git', async () => {
  const folderWithoutGit = { DATA_DIR: join(folder, 'none'), PATH: folder };
  const { stdout } = await commandcenter(['doctor', '--json'], folderWithoutGit);
  const { findings } = JSON.parse(stdout) as { findings: { check: string; state: string; remedy?: string }[] };
  const git = findings.find(({ check }) => check === 'git');
  assert.deepEqual([git?.state, /git 2\.31/.test(git?.remedy ?? '')], ['warning', true]);
});

test('migrate makes the schema once, without a server', async () => {
  const environment = { DATA_DIR: join(folder, 'migrated') };
  const first = JSON.parse((await commandcenter(['migrate', '--json'], environment)).stdout) as { migrated: string[] };
  assert.equal(first.migrated[0], '0001_foundation');
  assert.equal((await commandcenter(['migrate'], environment)).stdout, 'The schema is up to date.\n');
});

describe('against a running server', () => {
  let server: ServerProcess;
  let environment: Record<string, string>;

  before(async () => {
    server = startServerProcess({ DATA_DIR: join(folder, 'served') });
    const { url } = await server.ready();
    environment = { COMMANDCENTER_URL: url, COMMANDCENTER_TOKEN: server.printedToken() };
  });

  after(() => server.stop('SIGTERM'));

  test('a token is made, listed, used and revoked', async () => {
    const made = await commandcenter(['token', 'create', 'ci', '--scope', 'tasks:read', 'tokens:write'], environment);
    const token = made.stdout.trim();
    assert.match(token, /^cct_/);

    const listed = await commandcenter(['token', 'list', '--json'], { ...environment, COMMANDCENTER_TOKEN: token });
    const { items } = JSON.parse(listed.stdout) as { items: { id: number; name: string }[] };
    const { id } = items.find(({ name }) => name === 'ci') ?? assert.fail('not listed');
    assert.equal((await commandcenter(['token', 'revoke', String(id)], environment)).code, 0);

    const refused = await commandcenter(['token', 'list'], { ...environment, COMMANDCENTER_TOKEN: token });
    assert.equal(refused.code, 2);
  });

  test('what the server refuses is said with its reason, as JSON when asked', async () => {
    const { code, stdout } = await commandcenter(['deliveries', 'replay', '4711', '--json'], environment);
    assert.equal(code, 2);
    const { error } = JSON.parse(stdout) as { error: { message: string } };
    assert.match(error.message, /4711/);
  });

  test('no deliveries make an empty table', async () => {
    const { code, stdout } = await commandcenter(['deliveries', 'list'], environment);
    assert.equal(code, 0);
    assert.match(stdout, /^ID {2}RECEIVED .*\n$/);
  });
});
