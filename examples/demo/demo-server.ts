import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface DemoServer {
  url: string;
  token: string;
  /** Settles when the process ends by itself: with its exit code. */
  ended: Promise<number>;
  stop(): Promise<void>;
}

/** The server exactly as `npm start` runs it, on a data folder that goes when the demo ends. */
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
    // Ctrl-C reaches the whole process group: the demo stops its server itself, in order.
    detached: true,
  });
  const ended = new Promise<number>((resolve) => server.once('exit', (code) => resolve(code ?? 1)));
  const stop = async (): Promise<void> => {
    server.kill('SIGTERM');
    await ended;
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await untilReady(url, server);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, token, ended, stop };
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (server.exitCode !== null)
      throw new Error(`The server ended with exit code ${server.exitCode}; what it said stands above.`);
    const ready = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    if (ready?.ok === true) return;
    await delay(50);
  }
  throw new Error(`The server was not ready within 60 s at ${url}.`);
}
