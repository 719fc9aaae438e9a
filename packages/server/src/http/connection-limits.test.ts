import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { waitFor } from '../../test/harness/wait-for.ts';
import { limitConnections } from './connection-limits.ts';

describe('the connections of a server', () => {
  let server: Server;
  let clients: Socket[] = [];
  /** Ends the pending responses to requests of `/slow`. */
  let endSlow: (() => void)[] = [];

  beforeEach(async () => {
    server = createServer((request, response) => {
      if (request.url === '/slow') endSlow.push(() => response.end('slow'));
      else request.resume().on('end', () => response.end('fast'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    for (const client of clients) client.destroy();
    clients = [];
    endSlow = [];
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const open = async (text = ''): Promise<Socket> => {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.on('error', () => undefined);
    clients.push(client);
    await once(client, 'connect');
    if (text !== '') client.write(text);
    return client;
  };
  const isOfKnownClient = (request: IncomingMessage): boolean => request.url === '/known';
  const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const isClosed = (client: Socket) => waitFor('the connection to be closed', async () => client.closed || undefined);

  it('are limited by closing the one of the address that was idle the longest time', async () => {
    limitConnections(server, { total: 100, perAddress: 3, addressOf: () => 'one', isOfKnownClient });
    const [first, second, third] = [await open(), await open(), await open()];
    // This request makes the first connection the most recently active one.
    first.write(get('/'));
    assert.match(String((await once(first, 'data'))[0]), /fast/);
    const fourth = await open(get('/'));
    assert.match(String((await once(fourth, 'data'))[0]), /fast/);
    await isClosed(second);
    assert.deepEqual([first.closed, third.closed], [false, false]);
  });

  it('stay open while a response is under way, and a request that has not arrived gives way', async () => {
    limitConnections(server, { total: 2, perAddress: 100, addressOf: () => undefined, isOfKnownClient });
    const served = await open(get('/slow'));
    await waitFor('the slow request', async () => endSlow.length === 1 || undefined);
    const stalled = await open('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf');
    const honest = await open(get('/'));
    assert.match(String((await once(honest, 'data'))[0]), /fast/);
    await isClosed(stalled);
    for (const end of endSlow) end();
    assert.match(String((await once(served, 'data'))[0]), /slow/);
  });

  it('closes idle connections of strangers before those of known clients, even if the latter were idle longer', async () => {
    limitConnections(server, { total: 100, perAddress: 3, addressOf: () => 'one', isOfKnownClient });
    const known = await open(get('/known'));
    await once(known, 'data');
    const strangers = [await open(), await open(get('/'))];
    await once(strangers[1] as Socket, 'data');
    await open();
    await isClosed(strangers[0] as Socket);
    await open();
    await isClosed(strangers[1] as Socket);
    assert.equal(known.closed, false);
  });

  it('are refused when every other one has a response under way', async () => {
    limitConnections(server, { total: 1, perAddress: 1, addressOf: () => 'one', isOfKnownClient });
    await open(get('/slow'));
    await waitFor('the slow request', async () => endSlow.length === 1 || undefined);
    const late = await open(get('/'));
    await isClosed(late);
  });
});
