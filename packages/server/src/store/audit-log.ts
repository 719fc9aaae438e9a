import type { Actor } from '../domain/actor.ts';
import type { Database, Transaction } from './database.ts';

export interface AuditEntry {
  project_id: number | null;
  actor: Actor;
  /** `integration.create`, `token.revoke`. */
  action: string;
  /** `integration:12`. */
  object: string;
  /** Never a secret. */
  details?: Record<string, unknown>;
}

/** Within the transaction of the act itself: what is not recorded did not happen. */
export async function writeAudit(trx: Database | Transaction, entry: AuditEntry): Promise<void> {
  await trx
    .insertInto('audit_log')
    .values({ ...entry, actor: JSON.stringify(entry.actor), details: JSON.stringify(entry.details ?? {}) })
    .execute();
}
