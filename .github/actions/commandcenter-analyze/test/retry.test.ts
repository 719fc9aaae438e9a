import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isTemporaryStatus, type RetryPolicy, requestedPauseMs, retry, TemporaryFailure } from '../src/retry.ts';

const quick: RetryPolicy = { tries: 3, firstPauseMs: 1, maxPauseMs: 10, longerPause: 'shorten' };
const { signal } = new AbortController();

describe('retry', () => {
  /** An attempt that fails the given number of times. */
  const failing = (times: number, pauseMs?: number) => {
    const run = { count: 0, attempt: async () => 'done' };
    run.attempt = async () => {
      run.count += 1;
      if (run.count <= times) throw new TemporaryFailure(new Error(`failure ${run.count}`), pauseMs);
      return 'done';
    };
    return run;
  };

  it('repeats an attempt that failed temporarily, and returns its result', async () => {
    const run = failing(2);
    const errors: string[] = [];
    const onRetry = ({ message }: Error): void => void errors.push(message);
    assert.equal(await retry(run.attempt, { policy: quick, signal, onRetry }), 'done');
    assert.deepEqual(errors, ['failure 1', 'failure 2']);
  });

  it('throws the error of the last attempt that the policy allows', async () => {
    const run = failing(9);
    await assert.rejects(retry(run.attempt, { policy: quick, signal }), { name: 'Error', message: 'failure 3' });
    assert.equal(run.count, 3);
  });

  it('repeats nothing after any other error', async () => {
    let count = 0;
    const attempt = async (): Promise<never> => {
      count += 1;
      throw new RangeError('permanent');
    };
    await assert.rejects(retry(attempt, { policy: quick, signal }), RangeError);
    assert.equal(count, 1);
  });

  it('shortens a requested pause that is longer than the policy allows, or gives up', async () => {
    const shortened = failing(1, 3_600_000);
    assert.equal(await retry(shortened.attempt, { policy: quick, signal }), 'done');
    const given = failing(1, 3_600_000);
    const policy: RetryPolicy = { ...quick, longerPause: 'give up' };
    await assert.rejects(retry(given.attempt, { policy, signal }), { message: 'failure 1' });
  });

  it('ends when its patience is exhausted, however many tries are left', async () => {
    const run = failing(9);
    const policy: RetryPolicy = { ...quick, tries: Number.POSITIVE_INFINITY, patienceMs: -1 };
    await assert.rejects(retry(run.attempt, { policy, signal }), { message: 'failure 1' });
  });

  it('ends with the reason of the signal, also during a pause', async () => {
    const control = new AbortController();
    const run = failing(9, 3_600_000);
    const policy: RetryPolicy = { ...quick, maxPauseMs: 3_600_000 };
    const onRetry = (): void => void setImmediate(() => control.abort(new Error('cancelled')));
    await assert.rejects(retry(run.attempt, { policy, signal: control.signal, onRetry }), { message: 'cancelled' });
  });
});

it('reads from a response whether and when to try again', () => {
  assert.deepEqual([408, 429, 500, 503, 400, 404, 409].filter(isTemporaryStatus), [408, 429, 500, 503]);
  const pauseOf = (headers: Record<string, string>) => requestedPauseMs(new Response(null, { headers }));
  assert.deepEqual(
    [pauseOf({ 'retry-after': '3' }), pauseOf({ 'retry-after': 'soon' }), pauseOf({})],
    [3000, undefined, undefined],
  );
});
