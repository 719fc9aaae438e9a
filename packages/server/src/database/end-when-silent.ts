import type pg from 'pg';
import { SilentDatabaseError } from './silent-database-error.ts';

/**
 * Ends a connection when a statement gets no response within this time, which must be longer than the database's own statement timeout.
 *
 * A proxy or firewall that has lost the other half of a connection lets statements wait forever, and each of them would occupy a
 * connection of the pool even after the database can be reached again.
 */
export function endWhenSilent(client: pg.Client, milliseconds: number, onSilence: () => void = () => undefined): void {
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    onSilence();
    client.connection.stream.destroy(new SilentDatabaseError('respond to a statement', milliseconds));
  };
  client.query = new Proxy(client.query, {
    apply(query, self, parameters) {
      clearTimeout(timer);
      timer = setTimeout(end, milliseconds).unref();
      return Reflect.apply(query, self, parameters);
    },
  });
  client.on('drain', () => clearTimeout(timer));
  client.on('end', () => clearTimeout(timer));
}
