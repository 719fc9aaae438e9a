import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** All IPv6 addresses that are allocated for the internet: https://www.iana.org/assignments/ipv6-address-space */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
/**
 * Addresses in public ranges at which a cloud serves its own machines and hands out credentials. Azure:
 * https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
 */
const CLOUD_SERVICES = new Set(['168.63.129.16']);

/**
 * Allowed targets of outgoing requests: every public address over https, and the hosts in EGRESS_ALLOW also when they are private or use
 * http.
 */
export interface EgressPolicy {
  /** Returns true if EGRESS_ALLOW names the host, or the host with this port. */
  allowsHost(hostname: string, port: number): boolean;
  /** Returns true if EGRESS_ALLOW names the address or a CIDR range that contains it. */
  allowsAddress(address: string): boolean;
  /** True if EGRESS_ALLOW names a CIDR range. Then only a connection shows whether a host name is allowed. */
  namesRanges: boolean;
  /**
   * Returns true for an address of the ordinary internet: not private, loopback, link-local, multicast, reserved or cloud metadata, nor
   * an IPv6 form of such an address.
   */
  isPublic(address: string): boolean;
}

/** Returns the host name in lower case, without brackets and without a dot at the end: `[::1]` becomes `::1`. */
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
    isPublic: (text) => {
      const address = parseAddress(text);
      if (address === null || address.range() !== 'unicast') return false;
      return address instanceof ipaddr.IPv6 ? address.match(GLOBAL_UNICAST) : !CLOUD_SERVICES.has(address.toString());
    },
  };
}

/**
 * Parses an address. IPv4 inside IPv6 (mapped `::ffff:127.0.0.1`, NAT64 `64:ff9b::7f00:1`) becomes IPv4. Other forms with IPv4 inside
 * (compatible `::127.0.0.1`, local NAT64, 6to4, Teredo) stay IPv6 and are never public, because only a translator or tunnel of the local
 * network could deliver them.
 */
function parseAddress(text: string): Address | null {
  if (!ipaddr.isValid(text)) return null;
  const address = ipaddr.process(text);
  const isTranslated = address instanceof ipaddr.IPv6 && address.match(NAT64);
  return isTranslated ? ipaddr.fromByteArray(address.toByteArray().slice(12)) : address;
}
