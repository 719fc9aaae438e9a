import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Ingest } from '../../src/webhooks/ingest/ingest.ts';
import { waitFor } from '../harness/wait-for.ts';
import { createWebhookFixture, signedRequest, type WebhookFixture } from './webhook-fixture.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('the body of a refused webhook', () => {
  let f: WebhookFixture;
  before(async () => {
    f = await createWebhookFixture();
    await f.addIntegration({ secret: 'secret' });
  });
  after(() => f.close());

  /**
   * Sends a refused request. This is a function of its own, because a suspended function keeps its variables, and so the body, in memory.
   */
  const refuse = async (ingest: Ingest): Promise<WeakRef<Buffer>> => {
    const request = signedRequest({ secret: 'other', body: Buffer.alloc(512 * 1024, ' ') });
    const answer = await ingest.receive({ target: { type: 'tracker' }, address: '192.0.2.1', ...request });
    assert.equal(answer.status, 401);
    return new WeakRef(request.body);
  };

  it('is not kept after the response, neither of attempts that are recorded nor of those that a flood leaves out', async () => {
    const now = new Date();
    // Stop the clock, so that the attempts that were left out keep waiting to be recorded.
    const ingest = f.newIngest({ clock: { now: () => now } });
    const bodies: WeakRef<Buffer>[] = [];
    for (let sent = 0; sent < 150; sent += 1) bodies.push(await refuse(ingest));
    const recorded = (await f.deliveries()).length;
    assert.ok(recorded >= 100 && recorded < 150, `${recorded} recorded, the others left out`);
    await waitFor('the end of every body', () => {
      collectGarbage();
      return bodies.every((body) => body.deref() === undefined);
    });
  });
});
