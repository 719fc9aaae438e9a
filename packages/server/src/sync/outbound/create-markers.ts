import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CreateMarker } from '@commandcenter/integration-kit';

/** Makes and checks the proof that an item was made by one pending create of ours. */
export interface CreateMarkers {
  make(linkMarker: string, repositoryId: number): CreateMarker;
  isOurs(marker: CreateMarker, repositoryId: number): boolean;
}

/** @param key of this installation: nobody else can make a marker, and one copied into another repository proves nothing there */
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
