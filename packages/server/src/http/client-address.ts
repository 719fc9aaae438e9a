import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import proxyAddr from '@fastify/proxy-addr';
import ipaddr from 'ipaddr.js';

export interface ClientAddresses {
  /** True for an address of TRUSTED_PROXIES. */
  isTrustedProxy(address: string): boolean;
  /** The client that per-address limits count. Behind a trusted proxy it is the last address that no trusted proxy has. */
  clientOf(request: IncomingMessage): string;
}

/** The network bits that one customer of an IPv6 provider can choose addresses from: RFC 6177. */
const IPV6_CUSTOMER_BITS = 64;

/** `proxies`: addresses and CIDRs. Headers of a request are read only where its connection comes from one of them. */
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

/** An IPv4 address, also where it is mapped into IPv6; of an IPv6 address the network that belongs to one customer. */
export function clientNetwork(address: string): string {
  if (isIP(address) !== 6) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${IPV6_CUSTOMER_BITS}`).toString();
}
