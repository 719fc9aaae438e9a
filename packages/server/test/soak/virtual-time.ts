import { syncBuiltinESMExports } from 'node:module';
import type { TimerOptions } from 'node:timers';
import timers from 'node:timers/promises';
import { currentOperation, type Operation } from './operation.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Clock and random source of the schedule that runs in this process; undefined if there is none. */
let active: { clock: VirtualClock; random: () => number } | undefined;
let installed = false;

/** Gives the code in this process the virtual clock and random source, or with undefined the real ones. */
export function useVirtualTime(time: { clock: VirtualClock; random: () => number } | undefined): void {
  if (!installed) install();
  installed = true;
  active = time;
}

interface VirtualInterval {
  cancel(): void;
}

/**
 * Replaces the sources of time and random numbers of the whole process. While a schedule runs, dates and random numbers are virtual
 * everywhere, but sleeps, intervals and time limits only in operations: the harness, the database driver and the fake GitHub need real
 * ones.
 */
function install(): void {
  installDate();
  const { random } = Math;
  Math.random = () => (active === undefined ? random() : active.random());

  const realSleep = timers.setTimeout;
  timers.setTimeout = <T = void>(ms?: number, value?: T, options?: TimerOptions): Promise<T> => {
    const here = operationUnderTest();
    if (here === undefined) return realSleep(ms, value, options);
    const { operation, clock } = here;
    return operation.wait<T>(options?.signal, ({ resolve }) =>
      clock.schedule(operation, clock.now() + Math.max(1, ms ?? 1), () => resolve(value as T)),
    );
  };
  syncBuiltinESMExports();

  const realTimeout = AbortSignal.timeout;
  AbortSignal.timeout = (ms) => {
    const here = operationUnderTest();
    if (here === undefined) return realTimeout.call(AbortSignal, ms);
    const controller = new AbortController();
    const expire = (): void => controller.abort(new DOMException('The operation timed out.', 'TimeoutError'));
    here.clock.schedule(here.operation, here.clock.now() + ms, expire);
    return controller.signal;
  };

  const realInterval = globalThis.setInterval;
  const virtualInterval = (callback: () => void, ms = 1): unknown => {
    const here = operationUnderTest();
    if (here === undefined) return realInterval(callback, ms);
    return startInterval(here, callback, ms);
  };
  globalThis.setInterval = Object.assign(virtualInterval, realInterval) as typeof setInterval;
  const realClear = globalThis.clearInterval;
  globalThis.clearInterval = ((handle: NodeJS.Timeout | VirtualInterval | undefined) => {
    if (isVirtualInterval(handle)) handle.cancel();
    else realClear(handle);
  }) as typeof clearInterval;
}

function installDate(): void {
  globalThis.Date = new Proxy(Date, {
    construct: (target, given, self) =>
      Reflect.construct(target, given.length === 0 && active !== undefined ? [active.clock.now()] : given, self),
    get: (target, key, self) =>
      key === 'now' && active !== undefined ? active.clock.now.bind(active.clock) : Reflect.get(target, key, self),
  });
}

function operationUnderTest(): { operation: Operation; clock: VirtualClock } | undefined {
  const operation = currentOperation.getStore();
  return operation === undefined || active === undefined ? undefined : { operation, clock: active.clock };
}

function startInterval(
  { operation, clock }: { operation: Operation; clock: VirtualClock },
  callback: () => void,
  ms: number,
): VirtualInterval {
  let cancel = (): void => {};
  const next = (): void => {
    cancel = clock.schedule(operation, clock.now() + Math.max(1, ms), () => {
      next();
      currentOperation.run(operation, callback);
    });
  };
  next();
  return { cancel: () => cancel() };
}

const isVirtualInterval = (handle: unknown): handle is VirtualInterval =>
  typeof handle === 'object' && handle !== null && 'cancel' in handle;
