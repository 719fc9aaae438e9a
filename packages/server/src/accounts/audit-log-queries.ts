import type { Database, Transaction } from '../database/database.ts';
import type { Actor } from './actor.ts';

export interface AuditEntry {
  projectId: number | null;
  actor: Actor;
  /** Name of the recorded action, such as `integration.create` or `token.revoke`. */
  action: string;
  /** Type and id of the changed object, such as `integration:12`. */
  object: string;
  /** Details of the action, for people. They never contain a secret. */
  details?: Record<string, unknown>;
}

/** Adds an entry to the audit log. Call it in the transaction of the recorded action, so that neither is stored without the other. */
export async function recordAudit(db: Database | Transaction, entry: AuditEntry): Promise<void> {
  const { projectId, actor, action, object, details = {} } = entry;
  await db
    .insertInto('audit_log')
    .values({ project_id: projectId, actor: JSON.stringify(actor), action, object, details: JSON.stringify(details) })
    .execute();
}
