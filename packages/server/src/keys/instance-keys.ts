import { randomBytes } from 'node:crypto';
import type { Database } from '../database/database.ts';
import { findInstanceKey, insertInstanceKey } from './instance-key-queries.ts';
import type { KeyRing } from './key-ring.ts';

/** Random keys of this installation, 32 bytes each, kept in the database under the key ring. */
export interface InstanceKeys {
  /** Keyed fingerprints of secrets: equal secrets are found without being known. */
  fingerprint: Buffer;
  /** HMAC of create markers. */
  marker: Buffer;
  /** Signed list cursors. */
  cursor: Buffer;
  /** HMAC of links to reports. */
  reportLink: Buffer;
}

/** Reads the keys, and makes those that are missing; processes that start at once agree on the first ones written. */
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
