import type { Database, Transaction } from '../database/database.ts';
import type { Actor } from './actor.ts';

export interface AuditEntry {
  projectId: number | null;
  actor: Actor;
  /** `integration.create`, `token.revoke`. */
  action: string;
  /** `integration:12`. */
  object: string;
  /** Never a secret. */
  details?: Record<string, unknown>;
}

/** Within the transaction of the act itself: what is not recorded did not happen. */
export async function recordAudit(db: Database | Transaction, entry: AuditEntry): Promise<void> {
  const { projectId, actor, action, object, details = {} } = entry;
  await db
    .insertInto('audit_log')
    .values({ project_id: projectId, actor: JSON.stringify(actor), action, object, details: JSON.stringify(details) })
    .execute();
}
