import { hash } from 'node:crypto';

/** SHA-256 of a body, to be shared by the deliveries that one request becomes. */
export function bodyHash(body: Buffer): string {
  return hash('sha256', body, 'hex');
}

/** What makes a delivery itself: the integration, the sender's delivery id, the body. 32 hex digits, read by PostgreSQL as a UUID. */
export function dedupeKey(integrationId: number, guid: string, bodyHashHex: string): string {
  return hash('sha256', `${integrationId}\n${bodyHashHex}\n${guid}`, 'hex').slice(0, 32);
}
