import { hash } from 'node:crypto';

/** SHA-256 of a body, to be shared by the deliveries that one request becomes. */
export function bodyHash(body: Buffer): string {
  return hash('sha256', body, 'hex');
}

/**
 * Identity of a delivery: integration, the sender's delivery id, and body. Returns 32 hexadecimal digits, which PostgreSQL stores as a
 * UUID.
 */
export function dedupeKey(integrationId: number, guid: string, bodyHashHex: string): string {
  return hash('sha256', `${integrationId}\n${bodyHashHex}\n${guid}`, 'hex').slice(0, 32);
}
