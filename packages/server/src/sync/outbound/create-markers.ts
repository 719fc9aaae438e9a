import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CreateMarker } from '@commandcenter/integration-kit';

/** Makes and verifies create markers: proofs in the text of an item that a pending create of ours made it. */
export interface CreateMarkers {
  make(linkMarker: string, repositoryId: number): CreateMarker;
  isOurs(marker: CreateMarker, repositoryId: number): boolean;
}

/**
 * Returns the functions for create markers. A marker that was copied into another repository proves nothing there, because the HMAC
 * includes the repository's id.
 *
 * @param key secret HMAC key of this installation, without which nobody can make a marker
 */
export function createMarkers(key: Buffer): CreateMarkers {
  const sign = (id: string, repositoryId: number): Buffer =>
    createHmac('sha256', key).update(`${id.toLowerCase()}\n${repositoryId}`).digest();
  return {
    make: (id, repositoryId) => ({ id, mac: sign(id, repositoryId).toString('hex') }),
    isOurs({ id, mac }, repositoryId) {
      const expected = sign(id, repositoryId);
      const given = Buffer.from(mac, 'hex');
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
