import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from '@commandcenter/server/config';
import { parseEncryptionKeys } from '@commandcenter/server/keys/encryption-keys';
import { keyFilePath, readKeyFile } from '@commandcenter/server/keys/key-file';
import { StartupError } from '@commandcenter/server/startup-errors';
import { type Finding, fault, ok, warning } from './finding.ts';

const MEGABYTE = 1024 * 1024;
const TOO_LITTLE_BYTES = 200 * MEGABYTE;
const LITTLE_BYTES = 2048 * MEGABYTE;

export async function checkDataFolder({ DATA_DIR }: Config): Promise<Finding> {
  const check = 'data folder';
  const found = await stat(DATA_DIR).catch(() => undefined);
  if (found === undefined) return ok(check, `${DATA_DIR} does not exist yet; the first start makes it`);
  if (!found.isDirectory()) return fault(check, `${DATA_DIR} is no folder`, 'Set DATA_DIR to a folder.');
  try {
    await access(DATA_DIR, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return fault(
      check,
      `${DATA_DIR} cannot be written by this user`,
      `Start as its owner, or: chown -R $(id -u) ${DATA_DIR}`,
    );
  }
  if ((found.mode & 0o077) !== 0) {
    return warning(check, `${DATA_DIR} is open to other users`, `chmod 700 ${DATA_DIR} (a start does it, too)`);
  }
  return ok(check, `${DATA_DIR} is private and can be written`);
}

export async function checkKeys(config: Config): Promise<Finding> {
  const check = 'encryption keys';
  try {
    if (config.ENCRYPTION_KEYS !== undefined) {
      return ok(check, `${parseEncryptionKeys(config.ENCRYPTION_KEYS).length} in ENCRYPTION_KEYS`);
    }
    const keys = await readKeyFile(config.DATA_DIR);
    if (keys === null) return ok(check, 'none yet; the first start makes them');
    return ok(check, `${keys.length} in ${keyFilePath(config.DATA_DIR)}; back it up apart from the database`);
  } catch (error) {
    if (error instanceof StartupError) return fault(check, error.message, error.hint ?? 'Put the right key back.');
    throw error;
  }
}

export async function checkDiskSpace({ DATA_DIR }: Config): Promise<Finding> {
  const check = 'disk space';
  const { bavail, bsize } = await statfs(await nearestFolder(DATA_DIR));
  const free = bavail * bsize;
  const message = `${Math.round(free / MEGABYTE)} MB free for ${DATA_DIR}`;
  if (free < TOO_LITTLE_BYTES) return fault(check, message, 'Free some: a full disk stops PostgreSQL.');
  if (free < LITTLE_BYTES) return warning(check, message, 'Free some, or shorten RETENTION_DELIVERIES_DAYS.');
  return ok(check, message);
}

/** The folder itself, or the closest one above it that exists. */
async function nearestFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  return found !== undefined || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}
