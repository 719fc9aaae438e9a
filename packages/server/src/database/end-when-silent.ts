import type pg from 'pg';
import { SilentDatabaseError } from './silent-database-error.ts';

/**
 * Ends a connection when a statement gets no response in this time, which has to be longer than the database itself allows any: a
 * database that lives ends the statement first. A proxy or a firewall that has lost the other half of a connection lets its statements
 * wait for ever, and each of them would keep its connection from the pool, also when the way to the database is open again.
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
