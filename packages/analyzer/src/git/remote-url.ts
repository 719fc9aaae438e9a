import { AnalysisError } from '../errors.ts';

export type RemoteProtocol = 'https' | 'http' | 'ssh' | 'file';

export interface Credential {
  username: string;
  password: string;
}

export interface Remote {
  protocol: RemoteProtocol;
  /** Address for git: it begins with a protocol and contains no password. */
  url: string;
  /** Credential from the address; undefined if it has none. */
  credential: Credential | undefined;
  /** `https://host:port` of an HTTP address, to which credentials are limited; undefined for other protocols. */
  origin: string | undefined;
}

const MAX_LENGTH = 2048;

/**
 * Parses the address of a repository: `https://host/path`, `http:`, `ssh:`, `user@host:path`, `file:`. Other texts are
 * rejected, also those that git could take for an option or for a helper program (`ext::…`). Throws AnalysisError
 * `source.bad_url`.
 */
export function parseRemote(text: string, protocols: readonly RemoteProtocol[]): Remote {
  const scp = /^((?:\w[\w.-]*@)?\w[\w.-]*):(?!\/\/)([^:].*)$/.exec(text);
  const address = scp === null ? text : `ssh://${scp[1]}/${scp[2]}`;
  if (text.length > MAX_LENGTH || /[\p{Cc}\s]/u.test(text) || !URL.canParse(address)) throw badUrl(text);
  const url = new URL(address);
  const protocol = protocols.find((one) => `${one}:` === url.protocol);
  if (protocol === undefined) {
    const accepted = protocols.map((one) => `${one}://`).join(', ');
    throw badUrl(text, `Only ${accepted} addresses are fetched from.`);
  }
  if (url.hostname.startsWith('-') || (protocol !== 'file' && url.hostname === '')) throw badUrl(text);
  if (url.hash !== '')
    throw badUrl(text, 'An address of a repository has no "#…": give the branch or commit by itself.');
  const web = protocol === 'https' || protocol === 'http';
  const credential =
    web && url.username !== ''
      ? { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }
      : undefined;
  if (web) url.username = '';
  url.password = '';
  // Keep the short form: its path is relative to the user's home, not to the root.
  return { protocol, url: scp === null ? url.href : text, credential, origin: web ? url.origin : undefined };
}

/** Removes user and password from an address, so that it can be shown. */
export const withoutPassword = (text: string): string =>
  text.replace(/^(https?:\/\/)[^/@]*@/i, '$1').replace(/^([a-z+]+:\/\/[^/@:]*):[^/@]*@/i, '$1@');

const badUrl = (text: string, why = 'It is no address of a git repository.'): AnalysisError =>
  new AnalysisError(
    'source.bad_url',
    `${JSON.stringify(withoutPassword(text).slice(0, 200))} cannot be fetched. ${why}`,
    {
      hint: 'Give it as https://host/owner/name or as ssh://git@host/owner/name.',
    },
  );
