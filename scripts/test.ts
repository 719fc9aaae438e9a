import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startTestServer } from '../packages/server/test/harness/start-test-server.ts';

/**
 * `npm test [-- files, folders or options of node --test]`: every `*.test.ts` of the workspaces, two files at a time, on one
 * PostgreSQL. Ends with node's own summary, and with 1 when a test failed or none was found.
 */
const ROOT = resolve(import.meta.dirname, '..');
const WORKSPACES = ['packages', 'integrations', 'benchmarks', 'scripts', 'examples', '.github'];

const given = process.argv.slice(2);
const options = given.filter((argument) => argument.startsWith('-'));
const places = given.filter((argument) => !argument.startsWith('-'));
const files = (places.length === 0 ? WORKSPACES.map((place) => join(ROOT, place)) : places).flatMap(findTestFiles);

if (files.length === 0) {
  console.error(`No test files in ${places.join(', ') || WORKSPACES.join(', ')}.`);
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
      // A file whose tests have ended is over, also when one of them left a socket open.
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
