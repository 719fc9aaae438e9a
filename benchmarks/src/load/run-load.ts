import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { LoadPlan, LoadResult } from './load-plan.ts';

/** Executes a load plan in another process and returns its result. Throws if a request gets no response. */
export function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const { promise, resolve, reject } = Promise.withResolvers<LoadResult>();
  const child = fork(join(import.meta.dirname, 'load-generator.ts'));
  child.once('message', (message: { result: LoadResult } | { error: string }) => {
    if ('result' in message) resolve(message.result);
    else reject(new Error(message.error));
  });
  child.once('error', reject);
  child.once('exit', (code) => reject(new Error(`the load generator ended with ${code} before it had a result`)));
  child.send(plan);
  return promise;
}
