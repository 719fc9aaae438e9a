import type { ClientConfig } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import { ConfigurationError } from '../startup-errors.ts';

/** Connection parameters of one database on one or more hosts. */
export interface DatabaseTarget {
  hosts: [ClientConfig, ...ClientConfig[]];
  /**
   * True when only a host that accepts writes may be used: with `target_session_attrs` of read-write or primary, and always with several
   * hosts.
   */
  needsPrimary: boolean;
  /** Hosts and database for messages, without the password. */
  label: string;
}

/**
 * Reads a libpq connection URL. Several hosts are written `postgresql://user@h1:5432,h2:5433/db` (or `?host=h1,h2&port=5432,5433`), which
 * node-postgres itself does not support. Throws ConfigurationError.
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 */
export function parseDatabaseUrl(url: string): DatabaseTarget {
  const [, scheme = '', authority = '', path = '', query = ''] =
    /^(postgres(?:ql)?:\/\/)([^/?]*)([^?]*)(?:\?(.*))?$/.exec(url) ?? refuse('it is no postgresql:// URL');
  const at = authority.lastIndexOf('@') + 1;
  const parameters = new URLSearchParams(query);
  const hostNames = parameters.get('host') ?? authority.slice(at);
  // Do not split the folder of a unix socket: its name may contain a comma.
  const hosts = hostNames.startsWith('/') ? [hostNames] : hostNames.split(',');
  const ports = parameters.get('port')?.split(',') ?? [];
  const needsPrimary = readSessionAttributes(parameters.get('target_session_attrs'));
  const hostsInQuery = parameters.has('host');
  for (const name of ['host', 'port', 'target_session_attrs']) parameters.delete(name);

  const configs = hosts.map((host, index) => {
    const own = new URLSearchParams(parameters);
    if (hostsInQuery) own.set('host', host);
    const port = ports[index] ?? ports[0];
    if (port !== undefined) own.set('port', port);
    // URLSearchParams encodes a space as +, which the driver's parser would leave in file paths.
    const ownQuery = own.toString().replaceAll('+', '%20');
    return parseOne(
      `${scheme}${authority.slice(0, at)}${hostsInQuery ? '' : host}${path}${ownQuery && `?${ownQuery}`}`,
    );
  });
  const [first, ...others] = configs;
  if (first === undefined) refuse('it names no host');
  return {
    hosts: [first, ...others],
    needsPrimary: needsPrimary || others.length > 0,
    label: `${hosts.join(',')}${path}`,
  };
}

function parseOne(url: string): ClientConfig {
  try {
    return parseIntoClientConfig(url);
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function readSessionAttributes(value: string | null): boolean {
  if (value === null || value === 'any') return false;
  if (value === 'read-write' || value === 'primary') return true;
  return refuse(`target_session_attrs=${value} would not take writes`);
}

function refuse(fault: string): never {
  throw new ConfigurationError(
    `DATABASE_URL cannot be used: ${fault}. Right: DATABASE_URL=postgresql://commandcenter:password@db1:5432,db2:5432/commandcenter?target_session_attrs=read-write`,
  );
}
