import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Response as UndiciResponse } from 'undici';
import { currentOperation, Operation, type Settle } from './operation.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { onQueryEnd, queriesInFlight } from './virtual-database.ts';

/** A request that the code under test has sent. The schedule decides how it ends. */
export interface ParkedRequest extends Settle<UndiciResponse> {
  operation: Operation;
  /** Number of the request, which is larger than that of every earlier request. */
  sequence: number;
  /** Virtual time of GitHub's clock when the request was sent, in milliseconds since 1970. */
  at: number;
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: Uint8Array | null;
  /** Id of the issue that had the request's address when the request was sent; null if it names no issue. */
  sentTo: number | null;
}

/** Milliseconds of real time in which running code must reach its next request or sleep, or its end. */
const LONGEST_TURN_MS = 30_000;

/** Runs operations one turn at a time, so that nothing changes between two decisions of the schedule. */
export class Scheduler {
  readonly clock: VirtualClock;
  /** Returns the virtual time of GitHub's clock, which may differ from ours. */
  githubTime: () => number;
  readonly #setTime: (milliseconds: number) => Promise<void>;
  #databaseTime = -1;
  #sequence = 0;
  #operations: Operation[] = [];
  #requests: ParkedRequest[] = [];
  #onChange: () => void = () => {};

  constructor(clock: VirtualClock, setTime: (milliseconds: number) => Promise<void>) {
    this.clock = clock;
    this.githubTime = () => clock.now();
    this.#setTime = setTime;
    onQueryEnd(() => this.#onChange());
  }

  /** Requests that wait for a decision, the oldest first. */
  get requests(): readonly ParkedRequest[] {
    return this.#requests;
  }

  /** Sequence number of the newest request or operation. */
  get newest(): number {
    return this.#sequence;
  }

  get operations(): readonly Operation[] {
    return this.#operations;
  }

  /** Starts a step of the code under test and runs it to its first request or sleep, or to its end. */
  async start(name: string, work: (operation: Operation) => Promise<unknown>): Promise<Operation> {
    await this.#shareTime();
    this.#sequence += 1;
    const operation = new Operation(this.#sequence, name, () => this.#onChange());
    this.#operations.push(operation);
    const end = (): void => {
      operation.ended = true;
      this.#forget(operation);
      this.#onChange();
    };
    currentOperation
      .run(operation, () => work(operation))
      .then(
        (result) => {
          operation.result = result;
          end();
        },
        (error: unknown) => {
          operation.error = error;
          end();
        },
      );
    await this.quiesce();
    return operation;
  }

  /** Parks a request until the schedule ends it. Called in place of the network by the code under test. */
  park(
    request: Omit<ParkedRequest, keyof Settle<UndiciResponse> | 'operation' | 'sequence' | 'at'>,
    signal: AbortSignal | null | undefined,
  ): Promise<UndiciResponse> {
    const operation = currentOperation.getStore();
    if (operation === undefined) throw new Error(`${request.method} ${request.url} was sent outside of an operation.`);
    return operation.wait<UndiciResponse>(signal, (settle) => {
      this.#sequence += 1;
      const parked: ParkedRequest = {
        ...request,
        ...settle,
        operation,
        sequence: this.#sequence,
        at: this.githubTime(),
      };
      this.#requests.push(parked);
      return () => this.#remove(parked);
    });
  }

  /** Simulates the death of the operation's process: none of its code runs any more, and its leases expire. */
  crash(operation: Operation): void {
    operation.crashed = true;
    this.#requests = this.#requests.filter((request) => request.operation !== operation);
    this.#forget(operation);
  }

  /**
   * Moves the clock. Sleeps and time limits that end on the way fire in their order, and each operation runs to its next request or
   * sleep.
   */
  async advanceTo(time: number): Promise<void> {
    while (this.clock.moveTowards(time)) {
      await this.#shareTime();
      await this.quiesce();
    }
    await this.#shareTime();
  }

  /** Waits until every operation has ended or waits for the scheduler, and the database is idle. */
  async quiesce(): Promise<void> {
    const deadline = performance.now() + LONGEST_TURN_MS;
    for (let calm = 0; calm < 2; ) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onChange = resolve;
      await nextTurn();
      const running = this.#operations.find((operation) => operation.runs);
      if (running === undefined && queriesInFlight() === 0) {
        calm += 1;
        continue;
      }
      calm = 0;
      const timeout = setTimeout(resolve, 1000);
      await promise;
      clearTimeout(timeout);
      if (performance.now() > deadline) {
        const who = running?.name ?? 'a statement';
        throw new Error(`${who} did not come to a request, a sleep or its end in ${LONGEST_TURN_MS / 1000} s.`);
      }
    }
  }

  async #shareTime(): Promise<void> {
    if (this.#databaseTime === this.clock.now()) return;
    this.#databaseTime = this.clock.now();
    await this.#setTime(this.#databaseTime);
  }

  #remove(parked: ParkedRequest): void {
    this.#requests = this.#requests.filter((request) => request !== parked);
  }

  #forget(operation: Operation): void {
    this.clock.drop(operation);
    this.#operations = this.#operations.filter((other) => other !== operation);
  }
}

/** True for requests that write. GraphQL sends queries with POST too, so its body decides. */
export const isWrite = ({ method, url, body }: Pick<ParkedRequest, 'method' | 'url' | 'body'>): boolean =>
  url.pathname.endsWith('/graphql') ? /"mutation\b/.test(Buffer.from(body ?? []).toString()) : method !== 'GET';
