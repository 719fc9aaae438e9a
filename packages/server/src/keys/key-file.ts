import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type EncryptionKey,
  formatEncryptionKeys,
  generateEncryptionKey,
  parseEncryptionKeys,
} from './encryption-keys.ts';
import { KeyError } from './errors.ts';

export const keyFilePath = (dataDir: string): string => join(dataDir, 'encryption-keys');

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** Reads the keys that an earlier start generated; null when there is no file. Sets the file's mode to 0600. */
export async function readKeyFile(dataDir: string): Promise<EncryptionKey[] | null> {
  const path = keyFilePath(dataDir);
  try {
    const text = await readFile(path, 'utf8');
    await chmod(path, 0o600);
    return parseEncryptionKeys(text, path);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null;
    if (cause instanceof KeyError) throw cause;
    throw new KeyError('keys.file', `The key file ${path} cannot be read.`, {
      hint: 'Make it readable for the user that runs CommandCenter.',
      cause,
    });
  }
}

/** Generates a key and stores it with mode 0600. When several processes do so at once, all get the key that was stored first. */
export async function createKeyFile(dataDir: string, now: Date): Promise<EncryptionKey[]> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = keyFilePath(dataDir);
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${formatEncryptionKeys([generateEncryptionKey(now)])}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    // Create the file by a link instead of a rename: a link fails when the file exists, and no process sees a half-written file.
    await link(draft, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  await syncFolder(dataDir);
  const keys = await readKeyFile(dataDir);
  if (keys === null) throw new KeyError('keys.file', `The key file ${path} vanished while it was made.`);
  return keys;
}

/** Flushes a folder to disk. Otherwise a power failure could keep the database and lose the new key file that decrypts it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
