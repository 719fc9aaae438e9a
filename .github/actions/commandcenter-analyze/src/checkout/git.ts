import { execFile, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const TIME_LIMIT_MS = 120_000;
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

/** Before every command: a container's user is seldom the folder's owner, and no setting of the checkout is to run anything. */
const settings = [
  'safe.directory=*',
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'protocol.ext.allow=never',
].flatMap((setting) => ['-c', setting]);

/** More settings for one command, where command lines can be read by others and these cannot. */
export type GitSettings = readonly (readonly [name: string, value: string])[];

function environmentOf(folder: string, secret: GitSettings): NodeJS.ProcessEnv {
  return {
    ...process.env,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    // A workspace without a checkout may lie in somebody else's repository.
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

/** What a git command prints; null when it fails, or there is no git. */
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
    // Every caller has another way, and says so where it has none.
    return null;
  }
}

/** The contents of blobs, in the order of their ids, read from one process. Throws when one of them is not there. */
export async function* readBlobs(folder: string, ids: readonly string[]): AsyncGenerator<Buffer> {
  const child = spawn('git', [...settings, 'cat-file', '--batch'], {
    cwd: folder,
    env: environmentOf(folder, []),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  failed.catch(() => undefined);
  // It ended early: the reading says so.
  child.stdin.on('error', () => undefined);
  child.stdin.end(ids.map((id) => `${id}\n`).join(''));
  const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const nextChunk = async (): Promise<Buffer> => {
    const { done, value } = await Promise.race([chunks.next(), failed]);
    if (done === true) throw new Error('git ended before it had shown every file');
    return value;
  };
  let held: Buffer = Buffer.alloc(0);
  try {
    for (const id of ids) {
      while (!held.includes('\n')) held = Buffer.concat([held, await nextChunk()]);
      const end = held.indexOf('\n');
      const header = held.subarray(0, end).toString('latin1');
      const size = Number(/^[0-9a-f]+ blob (\d+)$/.exec(header)?.[1] ?? Number.NaN);
      if (Number.isNaN(size)) throw new Error(`git cannot show ${id}: ${header.slice(0, 100)}`);
      const parts = [held.subarray(end + 1)];
      let length = held.length - end - 1;
      // The content, and a line break behind it.
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
