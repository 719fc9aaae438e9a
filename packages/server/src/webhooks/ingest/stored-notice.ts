import type { Notifier } from '../../background/notify.ts';
import type { Logger } from '../../logging.ts';

/** Shortest time in milliseconds between two notices to other processes about new deliveries. */
const PAUSE_MS = 100;

export interface StoredNotice {
  send(): void;
  close(): void;
}

/**
 * Notifies the delivery workers of other processes about new deliveries: at once, then at most every `PAUSE_MS`, and always after the
 * last one.
 */
export function createStoredNotice(notifier: Pick<Notifier, 'notify'>, log: Logger): StoredNotice {
  let pausing: NodeJS.Timeout | undefined;
  let again = false;

  const notify = (): void => {
    notifier
      .notify('deliveries')
      .catch((error: unknown) =>
        log.debug({ err: error }, 'workers not notified: they find the deliveries at their next poll'),
      );
    pausing = setTimeout(() => {
      pausing = undefined;
      if (!again) return;
      again = false;
      notify();
    }, PAUSE_MS).unref();
  };

  return {
    send() {
      if (pausing === undefined) notify();
      else again = true;
    },
    close() {
      clearTimeout(pausing);
    },
  };
}
