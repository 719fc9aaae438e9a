import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expiryRemedy } from './credential-expiry.ts';

const expiresAt = new Date('2026-12-08T13:39:37Z');
const remedyAt = (time: string): string | null => expiryRemedy(expiresAt, new Date(time));

test('people are told from 14 days before a credential expires, with the date and what to do', () => {
  assert.equal(expiryRemedy(null, expiresAt), null);
  assert.equal(remedyAt('2026-11-24T13:39:36Z'), null);
  const before =
    'The credential expires on 2026-12-08 at 13:39 UTC. Create a new token and give it with PATCH {"access_token": "…"} before then.';
  assert.equal(remedyAt('2026-11-24T13:39:37Z'), before);
  assert.equal(remedyAt('2026-12-08T13:39:36Z'), before);
});

test('afterwards they are told that it has expired', () => {
  assert.equal(
    remedyAt('2026-12-08T13:39:37Z'),
    'The credential expired on 2026-12-08 at 13:39 UTC. Create a new token and give it with PATCH {"access_token": "…"}; work goes on at once.',
  );
});
