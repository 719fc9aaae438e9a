import { sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';
import type { QueuedDelivery } from './delivery-queue-queries.ts';

/** Bodies that were stored together, as they are stored. */
export interface StoredBodies {
  id: number;
  encoding: number;
  bytes: Buffer;
}

/** The stored bodies that the deliveries lie in; those past their retention are missing. */
export async function readDeliveryBodies(
  db: Database | Transaction,
  deliveries: readonly Pick<QueuedDelivery, 'body_id' | 'received_at'>[],
): Promise<StoredBodies[]> {
  const ids = new Set(deliveries.flatMap(({ body_id }) => body_id ?? []));
  const times = deliveries.map(({ received_at }) => received_at.getTime());
  // The range of time names the partitions to look into. JavaScript's times lack the microseconds.
  const { rows } = await sql<StoredBodies>`
    select id, encoding, body as bytes from delivery_bodies
    where id = any(${[...ids]}::bigint[])
      and received_at between ${new Date(Math.min(...times))} and ${new Date(Math.max(...times) + 1)}`.execute(db);
  return rows;
}
