import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findSocketFolder, socketUrl } from '@commandcenter/embedded-postgres';
import { pino } from 'pino';
import { type DatabaseConnections, openDatabase } from '../../packages/server/src/database/database.ts';

const MAIN = resolve(import.meta.dirname, '../../packages/server/src/main.ts');

export const ADMIN_TOKEN = 'benchmark-admin-token-0123456789';

export interface ServerUnderTest {
  port: number;
  url: string;
  /** Seconds from the start of the process to the first 200 of `/readyz`. */
  secondsToReady: number;
  encryptionKeys: string;
  /** Connections to the server's database, to seed it and to read from it. */
  database: DatabaseConnections;
  /** Returns the resident memory of the server in megabytes: its present value, and its peak since the start. */
  memory(): { now: number; peak: number };
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Stops the server and deletes its data, unless `keep` is true. */
  stop(options?: { keep?: boolean }): Promise<void>;
  dataDir: string;
}

export interface StartOptions {
  role?: string;
  dataDir?: string;
  encryptionKeys?: string;
  /** Additional environment variables of the server. */
  environment?: Record<string, string>;
}

/** Starts the server in its own process with default settings and its own PostgreSQL on a disk. */
export async function startServerUnderTest(options: StartOptions = {}): Promise<ServerUnderTest> {
  const dataDir = options.dataDir ?? mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'commandcenter-bench-'));
  const encryptionKeys = options.encryptionKeys ?? `bench:${randomBytes(32).toString('base64')}`;
  const startedAt = performance.now();
  const child = spawn(process.execPath, [MAIN], {
    cwd: dataDir,
    env: {
      PATH: process.env.PATH,
      DATA_DIR: dataDir,
      PORT: '0',
      ROLE: options.role ?? 'all',
      ENCRYPTION_KEYS: encryptionKeys,
      COMMANDCENTER_ADMIN_TOKEN: ADMIN_TOKEN,
      LOG_LEVEL: 'warn',
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((done) => child.once('close', () => done()));
  // Stop the server even if the benchmark fails.
  const endWithUs = (): void => void child.kill('SIGTERM');
  process.once('exit', endWithUs);
  child.once('close', () => process.off('exit', endWithUs));
  const url = await addressOf(child);
  await waitUntilReady(url);
  const secondsToReady = (performance.now() - startedAt) / 1000;
  const socketFolder = await findSocketFolder(dataDir);
  if (socketFolder === undefined) throw new Error('the server has no embedded PostgreSQL');
  const log = pino({ level: 'silent' });
  const database = openDatabase({
    url: socketUrl(socketFolder, 'commandcenter', 'commandcenter'),
    log,
    poolSize: 3,
    statementTimeoutMs: 600_000,
  });
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  return {
    port: Number(new URL(url).port),
    url,
    secondsToReady,
    encryptionKeys,
    database,
    dataDir,
    memory: () => readMemory(child.pid ?? 0),
    kill,
    async stop({ keep = false } = {}) {
      await database.close();
      await kill('SIGTERM');
      if (!keep) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  const { promise, resolve: found, reject } = Promise.withResolvers<string>();
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    const url = /is ready: (http:\S+)/.exec(text)?.[1];
    if (url !== undefined) found(url);
  });
  child.once('close', (code) => reject(new Error(`the server ended with ${code}: ${text}`)));
  return promise;
}

async function waitUntilReady(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/readyz`);
    await response.body?.cancel();
    if (response.ok) return;
  }
}

function readMemory(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
  return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}
