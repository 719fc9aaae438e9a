import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import proxyAddr from '@fastify/proxy-addr';
import ipaddr from 'ipaddr.js';

export interface ClientAddresses {
  /** Returns true for an address in TRUSTED_PROXIES. */
  isTrustedProxy(address: string): boolean;
  /** Returns the client for limits that count per address. Behind trusted proxies it is the last address that is not a trusted proxy. */
  clientOf(request: IncomingMessage): string;
}

/** Prefix length of the network in which one customer of an IPv6 provider can choose addresses (RFC 6177). */
const IPV6_CUSTOMER_BITS = 64;

/**
 * Creates the functions for client addresses. `proxies` are addresses and CIDRs; forwarding headers are read only when the connection
 * comes from one of them.
 */
export function createClientAddresses(proxies: readonly string[]): ClientAddresses {
  const trust = proxyAddr.compile([...proxies]);
  const isTrustedProxy = (address: string): boolean => trust(address, 0);
  return {
    isTrustedProxy,
    clientOf(request) {
      const { remoteAddress = '' } = request.socket;
      const address = proxies.length === 0 ? remoteAddress : proxyAddr(request, isTrustedProxy);
      return clientNetwork(isIP(address) === 0 ? remoteAddress : address);
    },
  };
}

/** Returns an IPv4 address as it is, also when it is mapped into IPv6, and for an IPv6 address the network that belongs to one customer. */
export function clientNetwork(address: string): string {
  if (isIP(address) !== 6) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${IPV6_CUSTOMER_BITS}`).toString();
}
