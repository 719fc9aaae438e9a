import { hash } from 'node:crypto';

/** Returns the SHA-256 of a body, which is computed once for all deliveries of a request. */
export function bodyHash(body: Buffer): string {
  return hash('sha256', body, 'hex');
}

/**
 * Returns the identity of a delivery, made of the integration, the sender's delivery id and the body, as 32 hexadecimal digits, which
 * PostgreSQL stores as a UUID.
 */
export function dedupeKey(integrationId: number, guid: string, bodyHashHex: string): string {
  return hash('sha256', `${integrationId}\n${bodyHashHex}\n${guid}`, 'hex').slice(0, 32);
}
