import { constants, type Stats } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from '@commandcenter/server/config';
import { parseEncryptionKeys } from '@commandcenter/server/keys/encryption-keys';
import { keyFilePath, readKeyFile } from '@commandcenter/server/keys/key-file';
import { StartupError } from '@commandcenter/server/startup-errors';
import { type CheckResult, failed, ok, warning } from './check-result.ts';

const MEGABYTE = 1024 * 1024;
const CRITICAL_FREE_BYTES = 200 * MEGABYTE;
const LOW_FREE_BYTES = 2048 * MEGABYTE;

export async function checkDataFolder({ DATA_DIR }: Config): Promise<CheckResult> {
  const check = 'data folder';
  let found: Stats;
  try {
    found = await stat(DATA_DIR);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return ok(check, `${DATA_DIR} does not exist yet; the first start creates it`);
    return failed(
      check,
      `${DATA_DIR} cannot be looked at (${code})`,
      'Let this user enter the folders above it, or set DATA_DIR to another folder.',
    );
  }
  if (!found.isDirectory()) return failed(check, `${DATA_DIR} is not a folder`, 'Set DATA_DIR to a folder.');
  try {
    await access(DATA_DIR, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return failed(
      check,
      `${DATA_DIR} is not writable for this user`,
      `Start as its owner, or run \`chown -R $(id -u) ${DATA_DIR}\`.`,
    );
  }
  if ((found.mode & 0o077) !== 0) {
    return warning(
      check,
      `${DATA_DIR} is open to other users`,
      `Run \`chmod 700 ${DATA_DIR}\`, or start the server, which does the same.`,
    );
  }
  return ok(check, `${DATA_DIR} is private and writable`);
}

export async function checkKeys(config: Config): Promise<CheckResult> {
  const check = 'encryption keys';
  try {
    if (config.ENCRYPTION_KEYS !== undefined) {
      return ok(check, `${parseEncryptionKeys(config.ENCRYPTION_KEYS).length} in ENCRYPTION_KEYS`);
    }
    const keys = await readKeyFile(config.DATA_DIR);
    if (keys === null) return ok(check, 'none yet; the first start creates them');
    return ok(check, `${keys.length} in ${keyFilePath(config.DATA_DIR)}; back it up separately from the database`);
  } catch (error) {
    if (error instanceof StartupError) return failed(check, error.message, error.hint ?? 'Restore the right key.');
    throw error;
  }
}

export async function checkDiskSpace({ DATA_DIR }: Config): Promise<CheckResult> {
  const check = 'disk space';
  const { bavail, bsize } = await statfs(await nearestFolder(DATA_DIR));
  const free = bavail * bsize;
  const message = `${Math.round(free / MEGABYTE)} MB free for ${DATA_DIR}`;
  if (free < CRITICAL_FREE_BYTES)
    return failed(check, message, 'Free some space, because a full disk stops PostgreSQL.');
  if (free < LOW_FREE_BYTES) return warning(check, message, 'Free some space, or lower RETENTION_DELIVERIES_DAYS.');
  return ok(check, message);
}

/** Returns the folder, or its closest parent that exists and can be looked at. */
async function nearestFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  return found !== undefined || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}
