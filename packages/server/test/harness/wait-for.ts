import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Calls `ask` until its result is neither undefined nor false, and returns it. Throws with the name of the condition after the limit,
 * which is so long that only a broken test reaches it.
 */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const response = await ask();
    if (response !== undefined && response !== false) return response;
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await sleep(20);
  }
}
