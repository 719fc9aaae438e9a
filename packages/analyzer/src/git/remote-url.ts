import { AnalysisError } from '../errors.ts';

export type RemoteProtocol = 'https' | 'http' | 'ssh' | 'file';

export interface Credential {
  username: string;
  password: string;
}

export interface Remote {
  protocol: RemoteProtocol;
  /** What git is given: it starts with a protocol and holds no password. */
  url: string;
  /** That the address brought with it; undefined: none. */
  credential: Credential | undefined;
  /** `https://host:port` of a web address, for what is meant for that server alone; undefined of others. */
  origin: string | undefined;
}

const LONGEST = 2048;

/**
 * Understands the address of a repository: `https://host/path`, `http:`, `ssh:`, `user@host:path`, `file:`. Anything else is refused,
 * and so is what git could take for an option or for a helper to run (`ext::…`). Throws `AnalysisError` `source.bad_url`.
 */
export function parseRemote(text: string, protocols: readonly RemoteProtocol[]): Remote {
  const scp = /^((?:\w[\w.-]*@)?\w[\w.-]*):(?!\/\/)([^:].*)$/.exec(text);
  const address = scp === null ? text : `ssh://${scp[1]}/${scp[2]}`;
  if (text.length > LONGEST || /[\p{Cc}\s]/u.test(text) || !URL.canParse(address)) throw badUrl(text);
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
  // The short form stays: its path begins at the user's home and not at the root.
  return { protocol, url: scp === null ? url.href : text, credential, origin: web ? url.origin : undefined };
}

/** An address as it may be shown: without the user and password of a web address. */
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
