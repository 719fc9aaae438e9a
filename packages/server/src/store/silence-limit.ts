import type pg from 'pg';

/**
 * Ends the connection when a statement gets no response for this long. PostgreSQL ends statements by itself before; but when a host is
 * lost, or a router forgets a connection, nothing arrives any more, and TCP alone notices it only after a quarter of an hour.
 */
export function limitSilence(client: pg.Client, milliseconds: number): void {
  const send = client.query.bind(client) as (...parameters: unknown[]) => unknown;
  const query = (...parameters: unknown[]): unknown => {
    const timer = setTimeout(() => void client.end().catch(() => undefined), milliseconds).unref();
    const callback = parameters.at(-1);
    if (typeof callback === 'function') {
      return send(...parameters.slice(0, -1), (...results: unknown[]) => {
        clearTimeout(timer);
        callback(...results);
      });
    }
    const result = send(...parameters);
    // Anything but a promise says nothing about its end.
    if (result instanceof Promise) return result.finally(() => clearTimeout(timer));
    clearTimeout(timer);
    return result;
  };
  Object.assign(client, { query });
}
