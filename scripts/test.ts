import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startTestServer } from '../packages/server/test/harness/start-test-server.ts';

/**
 * `npm test [-- files, folders or options of node --test]` runs every `*.test.ts` of the workspaces, two files at a time, with one
 * PostgreSQL. The exit code is 1 if a test fails or none is found.
 */
const ROOT = resolve(import.meta.dirname, '..');
const WORKSPACES = ['packages', 'integrations', 'benchmarks', 'scripts', 'examples', '.github'];

const args = process.argv.slice(2);
const options = args.filter((argument) => argument.startsWith('-'));
const paths = args.filter((argument) => !argument.startsWith('-'));
const files = (paths.length === 0 ? WORKSPACES.map((place) => join(ROOT, place)) : paths).flatMap(findTestFiles);

if (files.length === 0) {
  console.error(`No test files in ${paths.join(', ') || WORKSPACES.join(', ')}.`);
  process.exit(1);
}

process.exitCode = await runTests();

async function runTests(): Promise<number> {
  await using _server = await startTestServer();
  const tests = spawn(
    process.execPath,
    [
      '--test',
      '--test-concurrency=2',
      '--test-timeout=300000',
      // End the process of a test file when its tests are done, even if one of them left a socket open.
      '--test-force-exit',
      '--test-reporter=spec',
      ...options,
      ...files,
    ],
    { cwd: ROOT, stdio: 'inherit' },
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => tests.kill(signal));
  const [code] = (await once(tests, 'exit')) as [number | null];
  return code ?? 1;
}

function findTestFiles(place: string): string[] {
  const path = resolve(place);
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return [path];
  const exclude = (name: string): boolean => name === 'node_modules' || name.endsWith('/node_modules');
  return globSync('**/*.test.ts', { cwd: path, exclude })
    .sort()
    .map((name) => join(path, name));
}
