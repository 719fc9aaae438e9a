import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

describe('wrong usage exits with 2 and explains the mistake', () => {
  const cases: [string[], RegExp][] = [
    [['bogus'], /unknown command 'bogus'/],
    [['token', 'create', 'ci'], /required option '--scope/],
    [['deliveries', 'list', '--status', 'lost'], /Allowed choices are received, processed/],
    [['deliveries', 'replay', 'first'], /whole number from 1/],
    [['import', 'my-repo'], /Example: my-org\/my-repo/],
    [['token', 'list'], /COMMANDCENTER_TOKEN/],
  ];
  for (const [args, expected] of cases) {
    test(`commandcenter ${args.join(' ')}`, async () => {
      const { code, stderr } = await commandcenter(args);
      assert.equal(code, 2);
      assert.match(stderr, expected);
    });
  }
});

test('the command exits with 3 if the server cannot be reached', async () => {
  const { code, stderr } = await commandcenter(['token', 'list', '--server', 'http://127.0.0.1:9', '--token', 'any']);
  assert.equal(code, 3);
  assert.match(stderr, /^http:\/\/127\.0\.0\.1:9 cannot be reached .*Is the server running\?\n$/);
});

describe('the token of the configuration', () => {
  const server = createServer((request, response) => {
    received.push(request.headers.authorization);
    response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end();
  });
  const received: (string | undefined)[] = [];
  let port: number;
  let home: string;
  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
    home = await mkdtemp(join(folder, 'configured-'));
  });
  after(() => server.close());
  const run = async (file: string, environment: Record<string, string>, ...args: string[]): Promise<Outcome> => {
    received.length = 0;
    await writeFile(join(home, '.env'), file);
    return runCommandcenter(['token', 'list', ...args], { environment, cwd: home });
  };

  test('goes to the port that the .env of the folder sets, and follows no redirect', async () => {
    const { code, stderr } = await run(`PORT=${port}`, { COMMANDCENTER_TOKEN: 'mine' });
    assert.equal(code, 2);
    assert.equal(
      stderr,
      `http://localhost:${port} redirects to http://127.0.0.1:9. Use that address: --server http://127.0.0.1:9\n`,
    );
    assert.deepEqual(received, ['Bearer mine']);
  });

  test('goes to the public address in the environment, or to COMMANDCENTER_URL before it', async () => {
    const address = `http://127.0.0.1:${port}`;
    await run('', { COMMANDCENTER_TOKEN: 'mine', PUBLIC_URL: address });
    assert.deepEqual(received, ['Bearer mine']);
    await run('PUBLIC_URL=http://127.0.0.1:9', { COMMANDCENTER_TOKEN: 'mine', COMMANDCENTER_URL: address });
    assert.deepEqual(received, ['Bearer mine']);
  });

  test('is not sent to another address than the configured one', async () => {
    const { code, stderr } = await run('', { COMMANDCENTER_TOKEN: 'mine' }, '--server', `http://127.0.0.1:${port}`);
    assert.equal(code, 2);
    assert.match(stderr, /COMMANDCENTER_TOKEN is for http:\/\/localhost:8000 and is not sent to http:\/\/127/);
    assert.deepEqual(received, []);
    await run('', { COMMANDCENTER_TOKEN: 'mine' }, '--server', `http://127.0.0.1:${port}`, '--token', 'other');
    assert.deepEqual(received, ['Bearer other']);
  });

  test('is not sent from the environment to an address that only a .env names', async () => {
    const { code, stderr } = await run('PUBLIC_URL=https://foreign.example', { COMMANDCENTER_TOKEN: 'mine' });
    assert.equal(code, 2);
    assert.match(stderr, /The \.env of this folder names https:\/\/foreign\.example .*add --server/);
  });
});

test('doctor names an invalid variable and exits with 1', async () => {
  const { code, stdout } = await commandcenter(['doctor', '--json'], { RETENTION_JOBS_DAYS: 'long' });
  assert.equal(code, 1);
  const { findings } = JSON.parse(stdout) as { findings: { state: string; message: string }[] };
  assert.match(findings.find(({ state }) => state === 'fault')?.message ?? '', /^RETENTION_JOBS_DAYS is "long"/);
});

test('doctor warns that repositories cannot be analyzed without git', async () => {
  const folderWithoutGit = { DATA_DIR: join(folder, 'none'), PATH: folder };
  const { stdout } = await commandcenter(['doctor', '--json'], folderWithoutGit);
  const { findings } = JSON.parse(stdout) as { findings: { check: string; state: string; remedy?: string }[] };
  const git = findings.find(({ check }) => check === 'git');
  assert.deepEqual([git?.state, /git 2\.31/.test(git?.remedy ?? '')], ['warning', true]);
});

test('migrate creates the schema once, without a server', async () => {
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

  test('a token can be created, listed, used and revoked', async () => {
    const created = await commandcenter(
      ['token', 'create', 'ci', '--scope', 'tasks:read', 'tokens:write'],
      environment,
    );
    const token = created.stdout.trim();
    assert.match(token, /^cct_/);

    const listed = await commandcenter(['token', 'list', '--json'], { ...environment, COMMANDCENTER_TOKEN: token });
    const { items } = JSON.parse(listed.stdout) as { items: { id: number; name: string }[] };
    const { id } = items.find(({ name }) => name === 'ci') ?? assert.fail('not listed');
    assert.equal((await commandcenter(['token', 'revoke', String(id)], environment)).code, 0);

    const refused = await commandcenter(['token', 'list'], { ...environment, COMMANDCENTER_TOKEN: token });
    assert.equal(refused.code, 2);
  });

  test('an error of the server is printed with its reason, as JSON with --json', async () => {
    const { code, stdout } = await commandcenter(['deliveries', 'replay', '4711', '--json'], environment);
    assert.equal(code, 2);
    const { error } = JSON.parse(stdout) as { error: { message: string } };
    assert.match(error.message, /^http:\/\/localhost:\d+: .*4711/);
  });

  test('deliveries list prints only the header if there are none', async () => {
    const { code, stdout } = await commandcenter(['deliveries', 'list'], environment);
    assert.equal(code, 0);
    assert.match(stdout, /^ID {2}RECEIVED .*\n$/);
  });
});
