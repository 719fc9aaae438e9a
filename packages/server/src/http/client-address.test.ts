import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, it } from 'node:test';
import { clientNetwork, createClientAddresses } from './client-address.ts';

const from = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    socket: { remoteAddress },
  }) as IncomingMessage;

describe('the address of a client', () => {
  it('is that of the connection where no proxy is trusted, whatever the headers say', () => {
    const { clientOf } = createClientAddresses([]);
    assert.equal(clientOf(from('192.0.2.1', '198.51.100.7')), '192.0.2.1');
    assert.equal(clientOf(from('::ffff:192.0.2.1', '198.51.100.7')), '192.0.2.1');
  });

  it('is the last one that no trusted proxy has', () => {
    const { clientOf } = createClientAddresses(['127.0.0.1', '10.0.0.0/8']);
    assert.equal(clientOf(from('127.0.0.1', '203.0.113.5, 198.51.100.7, 10.1.2.3')), '198.51.100.7');
    assert.equal(clientOf(from('::ffff:127.0.0.1', '198.51.100.7')), '198.51.100.7');
    assert.equal(clientOf(from('192.0.2.1', '198.51.100.7')), '192.0.2.1');
  });

  it('is that of the proxy where the header holds no address', () => {
    const { clientOf } = createClientAddresses(['127.0.0.1']);
    assert.equal(clientOf(from('127.0.0.1', 'unknown')), '127.0.0.1');
    assert.equal(clientOf(from('127.0.0.1')), '127.0.0.1');
  });

  it('is a network of 64 bits with IPv6, of which one customer has all addresses', () => {
    assert.equal(clientNetwork('2001:db8:1:2:3:4:5:6'), clientNetwork('2001:db8:1:2:ffff::1'));
    assert.notEqual(clientNetwork('2001:db8:1:2::1'), clientNetwork('2001:db8:1:3::1'));
  });
});
