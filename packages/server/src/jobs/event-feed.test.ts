import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createJobEventFeed } from './event-feed.ts';

const LONG_MS = 600_000;
const signal = (): AbortSignal => new AbortController().signal;

describe('the feed of job events', () => {
  const setUp = () => {
    const said: ((payload: string) => void)[] = [];
    const reconnected: (() => void)[] = [];
    const listen =
      <T>(list: T[]) =>
      (handler: T) => {
        list.push(handler);
        return () => undefined;
      };
    const feed = createJobEventFeed({
      subscribe: (_channel, handler) => listen(said)(handler),
      onReconnect: listen(reconnected),
    });
    return { feed, say: (payload: string) => said[0]?.(payload), reconnect: () => reconnected[0]?.() };
  };

  it('misses nothing that is said while nobody waits, such as while events are read', async () => {
    const { feed, say } = setUp();
    const follower = feed.follow(7);
    say('job:7');
    await follower.wait(LONG_MS, signal());
    const next = follower.wait(LONG_MS, signal());
    say('job:7');
    await next;
  });

  it('wakes each follower for its own job, and all of them after a lost connection', async () => {
    const { feed, say, reconnect } = setUp();
    const followers = [feed.follow(7), feed.follow(7), feed.follow(8)];
    let woken = 0;
    const waits = followers.map(async (follower) => {
      await follower.wait(LONG_MS, signal());
      woken += 1;
    });
    say('job:7');
    await Promise.all(waits.slice(0, 2));
    assert.equal(woken, 2);
    reconnect();
    await Promise.all(waits);
  });

  it('waits no longer than it is told, nor after the end of whoever follows', async () => {
    const { feed } = setUp();
    const follower = feed.follow(7);
    await follower.wait(1, signal());
    const stop = new AbortController();
    const waiting = follower.wait(LONG_MS, stop.signal);
    stop.abort();
    await waiting;
    await follower.wait(LONG_MS, stop.signal);
  });

  it('says nothing to a follower that was closed', async () => {
    const { feed, say } = setUp();
    const closed = feed.follow(7);
    const open = feed.follow(7);
    closed[Symbol.dispose]();
    say('job:7');
    await open.wait(LONG_MS, signal());
    const started = performance.now();
    await closed.wait(20, signal());
    assert.ok(performance.now() - started >= 15, 'it waited in vain');
  });
});
