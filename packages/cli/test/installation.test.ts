import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../../..');
const run = promisify(execFile);
/** A path without `node_modules/.bin`: npm 10 leaves no `node` there. */
const PATH = (process.env.PATH ?? '')
  .split(':')
  .filter((folder) => !folder.includes('node_modules'))
  .join(':');

test('npx finds and starts the program that npm linked', async () => {
  const { stdout } = await run('npx', ['commandcenter', '--version'], { cwd: ROOT, env: { ...process.env, PATH } });
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

test('every script of package.json runs with the Node that npm installed, without a link to it', async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  for (const [name, command] of Object.entries(scripts)) {
    assert.match(command, /^node=\$\(node scripts\/print-node\.mjs\) && exec "\$node" \S+\.ts$/, name);
  }
  const { stdout } = await run('node', ['scripts/print-node.mjs'], { cwd: ROOT, env: { PATH } });
  const { stdout: version } = await run(stdout, ['--version']);
  assert.ok(Number.parseInt(version.slice(1), 10) >= 24, version);
});
