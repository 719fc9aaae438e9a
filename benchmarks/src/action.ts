import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { figure, heading, median } from './report.ts';

const ROUNDS = 11;
const BUNDLE = resolve(import.meta.dirname, '../../.github/actions/commandcenter-analyze/dist/index.js');

/** Measures the size of the bundle, and the time from the start of the Action's process to its first request. */
export async function benchAction(): Promise<void> {
  heading('The GitHub Action');
  figure('bundle', statSync(BUNDLE).size / 1000, 'KB', { atMost: 300 });
  const workspace = mkdtempSync(join(tmpdir(), 'commandcenter-bench-action-'));
  const server = createServer((_request, response) => {
    server.emit('asked', performance.now());
    response.writeHead(401, { 'content-type': 'application/problem+json' }).end('{"detail":"Enough."}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    const action = spawn(process.execPath, [BUNDLE], { env: environmentOf(url, workspace), stdio: 'ignore' });
    const [[askedAt]] = await Promise.all([once(server, 'asked') as Promise<[number]>, once(action, 'exit')]);
    times.push(askedAt - startedAt);
  }
  server.close();
  rmSync(workspace, { recursive: true });
  figure('start of the process to the first request', median(times), 'ms', { atMost: 300 });
}

const environmentOf = (url: string, workspace: string): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  GITHUB_WORKSPACE: workspace,
  RUNNER_TEMP: workspace,
  GITHUB_REPOSITORY: 'my-org/my-repo',
  GITHUB_EVENT_NAME: 'workflow_dispatch',
  'INPUT_COMMANDCENTER-URL': url,
  'INPUT_API-TOKEN': 'cct_for_this_benchmark',
  'INPUT_PROJECT-ID': '1',
});
