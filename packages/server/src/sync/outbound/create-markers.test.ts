import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMarkers } from './create-markers.ts';

const link = '0f8fad5b-d9cb-469f-a165-70867728950e';
const markers = createMarkers(Buffer.alloc(32, 1));

test('a marker is ours in the repository it was made for', () => {
  const marker = markers.make(link, 12);
  assert.ok(markers.isOurs(marker, 12));
  assert.ok(markers.isOurs({ ...marker, id: link.toUpperCase() }, 12));
});

test('a marker proves nothing in another repository, of another link, with another key, or cut short', () => {
  const marker = markers.make(link, 12);
  assert.equal(markers.isOurs(marker, 13), false);
  assert.equal(markers.isOurs({ ...marker, id: link.replace('0f', '1f') }, 12), false);
  assert.equal(createMarkers(Buffer.alloc(32, 2)).isOurs(marker, 12), false);
  for (const mac of ['', 'zz', marker.mac.slice(2)]) assert.equal(markers.isOurs({ ...marker, mac }, 12), false);
});
