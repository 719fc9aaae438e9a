import { AsyncLocalStorage } from 'node:async_hooks';

/** One step of a worker of the code under test. It runs, waits for the scheduler, has ended, or its process has crashed. */
export class Operation {
  readonly id: number;
  /** Name of the operation, for example `outbox 2`. */
  readonly name: string;
  /** Requests and sleeps that the operation waits for. */
  readonly waits = new Set<object>();
  ended = false;
  crashed = false;
  result: unknown;
  error: unknown;
  readonly #onChange: () => void;

  constructor(id: number, name: string, onChange: () => void) {
    this.id = id;
    this.name = name;
    this.#onChange = onChange;
  }

  /** True while the simulated operation is neither ended, crashed nor waiting for a response, so that its code can run on. */
  get runs(): boolean {
    return !this.ended && !this.crashed && this.waits.size === 0;
  }

  get alive(): boolean {
    return !this.ended && !this.crashed;
  }

  /**
   * Waits until the scheduler settles the wait, or the signal is aborted. In a crashed operation the promise never settles, so that none
   * of the later code runs.
   */
  wait<T>(signal: AbortSignal | null | undefined, begin: (settle: Settle<T>) => () => void): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const wait = {};
    let cancel: (() => void) | undefined;
    const end = (act: () => void): void => {
      if (this.crashed || !this.waits.delete(wait)) return;
      signal?.removeEventListener('abort', onAbort);
      cancel?.();
      act();
      this.#onChange();
    };
    const onAbort = (): void => end(() => reject(signal?.reason));
    this.waits.add(wait);
    signal?.addEventListener('abort', onAbort);
    cancel = begin({ resolve: (value) => end(() => resolve(value)), reject: (error) => end(() => reject(error)) });
    if (signal?.aborted) onAbort();
    this.#onChange();
    return promise;
  }
}

export interface Settle<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** The operation to which the running code belongs; undefined in the code of the harness. */
export const currentOperation = new AsyncLocalStorage<Operation>();
