import { execFile, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const TIME_LIMIT_MS = 120_000;
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Settings for every git command. The user in a container is rarely the owner of the checkout's folder, and no setting of the checkout
 * may run a program.
 */
const settings = [
  'safe.directory=*',
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'protocol.ext.allow=never',
].flatMap((setting) => ['-c', setting]);

/** Git settings with secrets. They are passed in the environment, because other processes can read command lines. */
export type GitSettings = readonly (readonly [name: string, value: string])[];

function environmentOf(folder: string, secret: GitSettings): NodeJS.ProcessEnv {
  return {
    ...process.env,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    // Do not look for a repository above the workspace, because it would not belong to this workflow.
    GIT_CEILING_DIRECTORIES: dirname(folder),
    GIT_CONFIG_COUNT: String(secret.length),
    ...Object.fromEntries(
      secret.flatMap(([name, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, name],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

/** Runs a git command and returns its output, or null if it fails or git is missing. */
export async function git(folder: string, args: readonly string[], secret: GitSettings = []): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', [...settings, ...args], {
      cwd: folder,
      env: environmentOf(folder, secret),
      timeout: TIME_LIMIT_MS,
      maxBuffer: OUTPUT_LIMIT_BYTES,
    });
    return stdout;
  } catch {
    // Return null for a failed git command, because every caller has an alternative or reports the problem itself.
    return null;
  }
}

/** Yields the contents of blobs in the order of their ids, from one process. Throws if a blob does not exist. */
export async function* readBlobs(folder: string, ids: readonly string[]): AsyncGenerator<Buffer> {
  const child = spawn('git', [...settings, 'cat-file', '--batch'], {
    cwd: folder,
    env: environmentOf(folder, []),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  // It is awaited together with each chunk, and a failure before that must not count as unhandled.
  failed.catch(() => undefined);
  // Ignore errors of writing to git: they mean that git ended early, and the code below that reads the output of git reports that.
  child.stdin.on('error', () => undefined);
  child.stdin.end(ids.map((id) => `${id}\n`).join(''));
  const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const nextChunk = async (): Promise<Buffer> => {
    const { done, value } = await Promise.race([chunks.next(), failed]);
    if (done === true) throw new Error('git ended before it had sent every file');
    return value;
  };
  let held: Buffer = Buffer.alloc(0);
  try {
    for (const id of ids) {
      while (!held.includes('\n')) held = Buffer.concat([held, await nextChunk()]);
      const end = held.indexOf('\n');
      const header = held.subarray(0, end).toString('latin1');
      const size = Number(/^[0-9a-f]+ blob (\d+)$/.exec(header)?.[1] ?? Number.NaN);
      if (Number.isNaN(size)) throw new Error(`git cannot read ${id}: ${header.slice(0, 100)}`);
      const parts = [held.subarray(end + 1)];
      let length = held.length - end - 1;
      // Read the content of the blob, and the line break that git writes after it.
      while (length < size + 1) {
        const chunk = await nextChunk();
        parts.push(chunk);
        length += chunk.length;
      }
      const all = Buffer.concat(parts, length);
      held = all.subarray(size + 1);
      yield all.subarray(0, size);
    }
  } finally {
    child.kill();
  }
}
