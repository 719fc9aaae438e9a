import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const STARTS_WITHIN_MS = 60_000;

let output = '';
const demo = spawn(process.execPath, [join(import.meta.dirname, 'demo.ts')], {
  env: { ...process.env, PORT: '0', GITHUB_PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
demo.stdout.setEncoding('utf8').on('data', (text: string) => {
  output += text;
});

/** Waits until the demo has printed a matching text. */
async function printed(text: RegExp): Promise<RegExpExecArray> {
  for (const deadline = Date.now() + STARTS_WITHIN_MS; Date.now() < deadline; await sleep(50)) {
    const found = text.exec(output);
    if (found !== null) return found;
    assert.equal(demo.exitCode, null, `The demo ended: ${output}`);
  }
  throw new Error(`The demo did not print ${text}: ${output}`);
}

/** Finds a `curl` command in the output of the demo and sends its HTTP request. */
async function run(command: RegExp): Promise<{ status: number; body: Record<string, unknown> }> {
  const [line] = await printed(new RegExp(`^ *curl .*${command.source}.*$`, 'm'));
  const [, url = ''] = /(http:[^' ]+)/.exec(line) ?? [];
  const [, authorization = ''] = /Authorization: ([^']+)/.exec(line) ?? [];
  const [, method = 'GET'] = /-X (\w+)/.exec(line) ?? [];
  const [, data] = /-d '(.*)'/.exec(line) ?? [];
  const body = data === undefined ? {} : { body: data };
  const headers = { authorization, 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers, ...body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

before(() => printed(/Following both sides/));
after(async () => {
  demo.kill('SIGTERM');
  if (demo.exitCode === null) await once(demo, 'exit');
});

test('the demo shows edits in both directions', async () => {
  assert.equal((await run(/issues\/1 .*"state":"closed"/)).status, 200);
  await printed(/CommandCenter {2}task 1: status todo → done/);
  assert.equal((await run(/tasks\/2 .*"status":"done"/)).status, 200);
  await printed(/GitHub {9}issue #2: state open → closed \(completed\)/);
});

test('the demo shows a conflict, its decision and its undo with the commands that it prints', async () => {
  const { body } = await run(/conflicts\?outcome=open/);
  const [conflict] = body.items as { field: string; ours: string; theirs: string }[];
  assert.deepEqual(
    [conflict?.field, conflict?.ours, conflict?.theirs],
    ['title', 'Choose a tokenizer by its speed', 'Choose a tokenizer by its license'],
  );
  assert.equal((await run(/conflicts\/1\/decide/)).status, 200);
  await printed(/CommandCenter {2}task 3: title .* → Choose a tokenizer by its license/);
  assert.equal((await run(/conflicts\/1\/undo/)).status, 200);
  await printed(/GitHub {9}issue #3: title .* → Choose a tokenizer by its speed/);
  await printed(/Conflict {7}1: theirs → ours/);
});
