import type { Logger } from '../../logging.ts';

/** Logs when a part of the server goes down, with the cause, and when it comes back. In between it is silent, however often it is asked. */
export class StateLog {
  readonly #log: Logger;
  readonly #down = new Set<string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** `cause`: the error, or the figures that a decision was made of. */
  down(part: string, reason: string, cause: { err: unknown } | object): void {
    if (this.#down.has(part)) return;
    this.#down.add(part);
    this.#log.error({ part, ...cause }, `health: ${part} is down. ${reason}`);
  }

  up(part: string): void {
    if (this.#down.delete(part)) this.#log.info({ part }, `health: ${part} works again`);
  }
}
