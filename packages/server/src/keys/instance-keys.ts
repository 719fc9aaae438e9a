import { randomBytes } from 'node:crypto';
import type { Database } from '../database/database.ts';
import { findInstanceKey, insertInstanceKey } from './instance-key-queries.ts';
import type { KeyRing } from './key-ring.ts';

/** Random keys of this installation, 32 bytes each, stored in the database and encrypted with the key ring. */
export interface InstanceKeys {
  /** Key of the keyed fingerprints of secrets, by which equal secrets are found without decrypting them. */
  fingerprint: Buffer;
  /** Key of the HMAC in create markers. */
  marker: Buffer;
  /** Key that signs the cursors of lists. */
  cursor: Buffer;
  /** Key of the HMAC in report links. */
  reportLink: Buffer;
}

/** Reads the keys and creates the missing ones. Processes that start at the same time all use the ones that were stored first. */
export async function loadInstanceKeys(db: Database, ring: KeyRing): Promise<InstanceKeys> {
  const [fingerprint, marker, cursor, reportLink] = await Promise.all([
    loadInstanceKey(db, ring, 'fingerprint'),
    loadInstanceKey(db, ring, 'marker'),
    loadInstanceKey(db, ring, 'cursor'),
    loadInstanceKey(db, ring, 'report_link'),
  ]);
  return { fingerprint, marker, cursor, reportLink };
}

async function loadInstanceKey(db: Database, ring: KeyRing, name: string): Promise<Buffer> {
  let jwe = await findInstanceKey(db, name);
  if (jwe === undefined) {
    await insertInstanceKey(db, name, await ring.encrypt(randomBytes(32).toString('base64')));
    jwe = await findInstanceKey(db, name);
  }
  if (jwe === undefined) throw new Error(`The instance key "${name}" vanished while it was made.`);
  return Buffer.from(await ring.decrypt<string>(jwe), 'base64');
}
