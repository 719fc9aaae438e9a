import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type BoundedOptions, runBounded } from './run-bounded.ts';

const MIB = 1024 ** 2;

describe('runBounded', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'run-bounded-'));
  });
  after(() => rm(folder, { recursive: true }));

  const run = (command: string, args: readonly string[], options: Partial<BoundedOptions> = {}) =>
    runBounded(command, args, {
      folder,
      signal: new AbortController().signal,
      timeLimitMs: 60_000,
      memoryLimit: 1024 * MIB,
      ...options,
    });
  const node = (script: string, options?: Partial<BoundedOptions>) => run(process.execPath, ['-e', script], options);
  const shell = (script: string, options?: Partial<BoundedOptions>) => run('/bin/sh', ['-c', script], options);
  /** A process that has ended may remain as a zombie until the init process reaps it. */
  const isRunning = (pid: number): boolean => {
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
    return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
  };
  const untilGone = async (pid: number): Promise<void> => {
    for (let n = 0; n < 500 && isRunning(pid); n += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(isRunning(pid), false, 'it is still running');
  };

  it('returns the output and the exit code', async () => {
    const ended = await node('process.stdin.pipe(process.stdout); console.error("no"); process.exitCode = 3', {
      input: Buffer.from('input'),
    });
    assert.deepEqual(ended, {
      exitCode: 3,
      signal: null,
      stdout: Buffer.from('input'),
      stderr: Buffer.from('no\n'),
      timedOut: false,
      truncated: false,
    });
    assert.equal((await run('no-such-program', [])).exitCode, 127);
  });

  it('passes no environment variables on and works in its own folder', async () => {
    process.env.SECRET_OF_OURS = 'secret';
    try {
      const { stdout } = await node('console.log(JSON.stringify([process.cwd(), process.env]))', {
        environment: { ASKED: 'yes' },
      });
      const [cwd, environment] = JSON.parse(stdout.toString()) as [string, Record<string, string>];
      assert.equal(cwd, folder);
      const { PATH, HOME, TMPDIR, LC_ALL, ASKED, PWD, OLDPWD, SHLVL, _, ...others } = environment;
      assert.deepEqual([HOME, TMPDIR, ASKED, others], [folder, folder, 'yes', {}]);
    } finally {
      delete process.env.SECRET_OF_OURS;
    }
  });

  it('kills the program and its children after the time limit', async () => {
    const ended = await shell('sleep 1000 & echo $! > pid; wait', { timeLimitMs: 1000 });
    assert.deepEqual([ended.exitCode, ended.signal, ended.timedOut], [null, 'SIGKILL', true]);
    await untilGone(Number(await readFile(join(folder, 'pid'), 'utf8')));
  });

  it('kills background processes that hold the output open', async () => {
    const ended = await shell('sleep 1000 & echo $!');
    assert.deepEqual([ended.exitCode, ended.timedOut], [0, false]);
    await untilGone(Number(ended.stdout.toString()));
  });

  it('kills the program if it writes too much', async () => {
    const ended = await node('const line = "x".repeat(1000); for (;;) require("node:fs").writeSync(1, line);', {
      outputLimit: 5500,
    });
    assert.equal(ended.truncated, true);
    assert.equal(ended.stdout.length, 5500);
  });

  it('limits the memory', { skip: process.platform !== 'linux' }, async () => {
    const script =
      'const all = []; for (let n = 0; n < 40; n += 1) all.push(Buffer.alloc(16 * 1024 ** 2, 1)); console.log("had it");';
    const bounded = await node(script, { memoryLimit: 400 * MIB });
    assert.notEqual(bounded.exitCode, 0);
    assert.equal(bounded.stdout.length, 0);
    assert.equal((await node(script, { memoryLimit: 2048 * MIB })).stdout.toString(), 'had it\n');
  });

  it('kills the program if the signal is aborted', async () => {
    const cancel = new AbortController();
    const running = node('setInterval(() => {}, 1000)', { signal: cancel.signal });
    cancel.abort(new Error('cancelled'));
    await assert.rejects(running, /cancelled/);
    await assert.rejects(node('1', { signal: cancel.signal }), /cancelled/);
  });
});
