import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface DemoServer {
  url: string;
  token: string;
  /** Resolves with the exit code when the process ends. */
  ended: Promise<number>;
  stop(): Promise<void>;
}

/** Starts the server exactly as `npm start` does, with a data folder that is deleted at the end of the demo. */
export async function startDemoServer(port: number, githubUrl: string): Promise<DemoServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'commandcenter-demo-'));
  const token = `demo_${randomBytes(15).toString('hex')}`;
  const url = `http://localhost:${port}`;
  const server = spawn(process.execPath, [join(import.meta.dirname, '../../packages/server/src/main.ts')], {
    env: {
      ...process.env,
      PORT: String(port),
      PUBLIC_URL: url,
      DATA_DIR: dataDir,
      DATABASE_URL: '',
      COMMANDCENTER_ADMIN_TOKEN: token,
      EGRESS_ALLOW: new URL(githubUrl).host,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
    // Detach the server from the demo's process group, which Ctrl-C ends as a whole: the demo stops the server itself, in the right
    // order.
    detached: true,
  });
  const ended = new Promise<number>((resolve) => server.once('exit', (code) => resolve(code ?? 1)));
  const stop = async (): Promise<void> => {
    server.kill('SIGTERM');
    await ended;
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await waitUntilReady(url, server);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, token, ended, stop };
}

async function waitUntilReady(url: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (server.exitCode !== null)
      throw new Error(`The server ended with exit code ${server.exitCode}. Its output is above.`);
    const ready = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    if (ready?.ok === true) return;
    await delay(50);
  }
  throw new Error(`The server was not ready within 60 s at ${url}.`);
}

/** Returns the data of an API response. Throws unless the response is successful. */
export function unwrap<T>(result: { data?: T; error?: unknown; response: Response }): T {
  if (result.data !== undefined) return result.data;
  throw new Error(`${result.response.url} responded with ${result.response.status}: ${JSON.stringify(result.error)}`);
}
