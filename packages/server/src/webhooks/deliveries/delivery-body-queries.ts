import { sql } from 'kysely';
import type { Database, Transaction } from '../../database/database.ts';
import type { QueuedDelivery } from './delivery-queue-queries.ts';

/** Bodies of deliveries that were stored together, in their stored encoding. */
export interface StoredBodies {
  id: number;
  encoding: number;
  bytes: Buffer;
}

/** Reads the stored bodies of the deliveries. Bodies past their retention are missing. */
export async function readDeliveryBodies(
  db: Database | Transaction,
  deliveries: readonly Pick<QueuedDelivery, 'body_id' | 'received_at'>[],
): Promise<StoredBodies[]> {
  const ids = new Set(deliveries.flatMap(({ body_id }) => body_id ?? []));
  const times = deliveries.map(({ received_at }) => received_at.getTime());
  // The time range limits the query to the partitions that can contain the bodies. It ends 1 ms later because JavaScript's times lack the
  // microseconds.
  const { rows } = await sql<StoredBodies>`
    select id, encoding, body as bytes from delivery_bodies
    where id = any(${[...ids]}::bigint[])
      and received_at between ${new Date(Math.min(...times))} and ${new Date(Math.max(...times) + 1)}`.execute(db);
  return rows;
}
