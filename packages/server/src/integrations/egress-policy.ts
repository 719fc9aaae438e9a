import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Where outgoing calls may go: everything public over https, and what EGRESS_ALLOW names also when private and over plain http. */
export interface EgressPolicy {
  /** The host, or the host and port, is named in EGRESS_ALLOW. */
  allowsHost(hostname: string, port: number): boolean;
  /** The address lies in a CIDR of EGRESS_ALLOW. */
  allowsAddress(address: string): boolean;
  /** A CIDR is named: which names lie in it shows only when they are connected to. */
  namesRanges: boolean;
  /** Ordinary internet: not private, loopback, link-local (cloud metadata), multicast, reserved, nor a tunnel to such. */
  isPublic(address: string): boolean;
}

/** Brackets off, lower case, no dot at the end: `[::1]` is `::1`. */
export const bareHost = (hostname: string): string =>
  hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();

export function createEgressPolicy(entries: readonly string[]): EgressPolicy {
  const hosts = new Set<string>();
  const ranges: [Address, number][] = [];
  for (const entry of entries.map((text) => text.toLowerCase())) {
    if (entry.includes('/')) ranges.push(ipaddr.parseCIDR(entry.replace(/[[\]]/g, '')));
    else hosts.add(isIP(bareHost(entry)) === 0 ? entry : bareHost(entry));
  }
  return {
    namesRanges: ranges.length > 0,
    allowsHost: (hostname, port) => {
      const host = bareHost(hostname);
      return hosts.has(host) || hosts.has(`${host}:${port}`) || hosts.has(`[${host}]:${port}`);
    },
    allowsAddress: (text) => {
      if (hosts.has(text)) return true;
      const address = parseAddress(text);
      return (
        address !== null &&
        ranges.some(([range, bits]) => range.kind() === address.kind() && address.match(range, bits))
      );
    },
    isPublic: (text) => parseAddress(text)?.range() === 'unicast',
  };
}

/** An address as its plain self: IPv4 inside IPv6 (mapped `::ffff:127.0.0.1`, NAT64 `64:ff9b::7f00:1`) is judged as IPv4. */
function parseAddress(text: string): Address | null {
  if (!ipaddr.isValid(text)) return null;
  const address = ipaddr.process(text);
  return address.range() === 'rfc6052' ? ipaddr.fromByteArray(address.toByteArray().slice(12)) : address;
}
