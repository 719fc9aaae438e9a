import { lookup as resolveName } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { EgressDeniedError } from './egress-denied-error.ts';
import { bareHost, type EgressPolicy } from './egress-policy.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const CONNECTIONS_PER_ORIGIN = 32;

const notPublic = (host: string): EgressDeniedError =>
  new EgressDeniedError(`${host} is not an address of the public internet and is not called.`);
const plainHttp = (host: string): EgressDeniedError =>
  new EgressDeniedError(`${host} is not called over plain http; use https.`);

/**
 * Throws EgressDeniedError for a URL whose form alone shows that it may not be called. The addresses of a host name are checked later, at
 * the connection.
 */
export function assertEgressAllowed(policy: EgressPolicy, url: URL): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new EgressDeniedError(`${url.protocol}// is not called; use https.`);
  if (url.username !== '' || url.password !== '') {
    throw new EgressDeniedError('An address with a user name or password in it is not called.');
  }
  const host = bareHost(url.hostname);
  if (isIP(host) !== 0) assertAddress(policy, url.protocol, host, portOf(url.protocol, url.port));
}

/**
 * Returns the lookup function for a connection; undefined when any address is allowed. A name is resolved once, its forbidden addresses
 * are removed, and the connection uses one of the others, so no second lookup can return another address. Throws EgressDeniedError for a
 * forbidden literal address, which is connected to without a lookup.
 */
export type EgressLookup = (protocol: string, hostname: string, port: number) => LookupFunction | undefined;

export function createEgressLookup(policy: EgressPolicy): EgressLookup {
  const toPublic = checkedLookup((address) => policy.isPublic(address) || policy.allowsAddress(address), notPublic);
  const toAllowed = checkedLookup((address) => policy.allowsAddress(address), plainHttp);
  return (protocol, hostname, port) => {
    const host = bareHost(hostname);
    if (policy.allowsHost(host, port)) return undefined;
    if (isIP(host) !== 0) assertAddress(policy, protocol, host, port);
    return protocol === 'http:' ? toAllowed : toPublic;
  };
}

/** Creates the dispatcher of all outgoing requests, which checks every address before it connects. */
export function createEgressAgent(policy: EgressPolicy): Agent {
  const lookupOf = createEgressLookup(policy);
  const connectors = new Map<LookupFunction | undefined, buildConnector.connector>();
  const connectorOf = (lookup: LookupFunction | undefined): buildConnector.connector => {
    let connector = connectors.get(lookup);
    if (connector === undefined) {
      connector = buildConnector({
        timeout: CONNECT_TIMEOUT_MS,
        allowH2: false,
        ...(lookup === undefined ? {} : { lookup }),
      });
      connectors.set(lookup, connector);
    }
    return connector;
  };
  return new Agent({
    connections: CONNECTIONS_PER_ORIGIN,
    connect: (options, callback) => {
      let lookup: LookupFunction | undefined;
      try {
        lookup = lookupOf(options.protocol, options.hostname, portOf(options.protocol, options.port));
      } catch (error) {
        return callback(error instanceof Error ? error : new Error(String(error)), null);
      }
      return connectorOf(lookup)(options, callback);
    },
  });
}

function assertAddress(policy: EgressPolicy, protocol: string, address: string, port: number): void {
  if (policy.allowsHost(address, port) || policy.allowsAddress(address)) return;
  if (!policy.isPublic(address)) throw notPublic(address);
  if (protocol === 'http:') throw plainHttp(address);
}

function checkedLookup(permits: (address: string) => boolean, refusal: (host: string) => Error): LookupFunction {
  return (hostname, options, callback) => {
    resolveName(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '');
      const permitted = found.filter(({ address }) => permits(address));
      const [first] = permitted;
      if (first === undefined) return callback(refusal(hostname), '');
      return options.all ? callback(null, permitted) : callback(null, first.address, first.family);
    });
  };
}

const portOf = (protocol: string, port: string): number =>
  port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port);
