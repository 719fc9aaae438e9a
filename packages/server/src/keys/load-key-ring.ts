import type { Database } from '../database/database.ts';
import { parseEncryptionKeys } from './encryption-keys.ts';
import { KeyError } from './errors.ts';
import { findAnyInstanceKey } from './instance-key-queries.ts';
import { createKeyFile, keyFilePath, readKeyFile } from './key-file.ts';
import { createKeyRing, type KeyRing, kidOf } from './key-ring.ts';

export interface KeySource {
  ENCRYPTION_KEYS?: string | undefined;
  DATA_DIR: string;
}

/**
 * Loads the key ring of this installation: ENCRYPTION_KEYS, or else the key file in DATA_DIR, which the first start on an empty database
 * creates. Throws KeyError with the name of the missing key when the database holds secrets but both sources are missing.
 */
export async function loadKeyRing(db: Database, source: KeySource, now: Date): Promise<KeyRing> {
  if (source.ENCRYPTION_KEYS !== undefined) return createKeyRing(parseEncryptionKeys(source.ENCRYPTION_KEYS));
  const kept = await readKeyFile(source.DATA_DIR);
  if (kept !== null) return createKeyRing(kept);
  const used = await findAnyInstanceKey(db);
  if (used !== undefined) {
    throw new KeyError(
      'keys.unknown',
      `The database holds secrets of the encryption key "${kidOf(used)}", but ENCRYPTION_KEYS is unset and ${keyFilePath(source.DATA_DIR)} is missing.`,
      { hint: 'Put the key file back, or set ENCRYPTION_KEYS to the key that was used.' },
    );
  }
  return createKeyRing(await createKeyFile(source.DATA_DIR, now));
}
