import type { Credential, Remote } from './remote-url.ts';
import { sshCommand } from './ssh-command.ts';

/** How git gets to a remote, and in. */
export interface AccessOptions {
  /** For that server alone: it goes along no redirect to another one, and is in no address, argument, log or error. */
  credential?: Credential;
  /** Of an HTTP proxy, with its password: all goes through it. */
  proxy?: string;
  sshKeyFile?: string;
  knownHostsFile?: string;
  /** What else git is to know of this machine: the user's own proxy and `SSH_AUTH_SOCK`, on the command line. */
  environment?: Record<string, string>;
}

/** What git needs to get in. Passwords are in its environment only, which nobody but this user can read. */
export function accessOf(
  remote: Remote,
  options: AccessOptions,
): { settings: string[]; environment: Record<string, string> } {
  const { proxy, sshKeyFile, knownHostsFile } = options;
  const credential = options.credential ?? remote.credential;
  const settings = [
    // Renamed repositories redirect, and git 2.39 forgets where to after it was asked for a credential: later calls are redirected
    // too. To another server no credential goes along, and the proxy looks at each connection.
    'http.followRedirects=true',
    'http.lowSpeedLimit=1000',
    'http.lowSpeedTime=60',
    'http.proxyAuthMethod=basic',
    // Packs are kept as such, however small: loose objects would become many.
    'fetch.unpackLimit=1',
    'fetch.writeCommitGraph=false',
  ];
  const environment: Record<string, string> = { ...options.environment };
  if (credential !== undefined && remote.origin !== undefined) {
    // git asks a helper by the server's name and for no other one: https://git-scm.com/docs/gitcredentials#_credential_contexts
    settings.push(
      `credential.${remote.origin}.helper=!f() { test "$1" = get && printf 'username=%s\\npassword=%s\\n' "$COMMANDCENTER_USERNAME" "$COMMANDCENTER_PASSWORD"; }; f`,
    );
    environment.COMMANDCENTER_USERNAME = credential.username;
    environment.COMMANDCENTER_PASSWORD = credential.password;
  }
  if (proxy !== undefined) {
    for (const name of ['http_proxy', 'https_proxy', 'all_proxy', 'COMMANDCENTER_PROXY']) environment[name] = proxy;
    environment.no_proxy = '';
  }
  if (remote.protocol === 'ssh') {
    environment.GIT_SSH_VARIANT = 'ssh';
    environment.GIT_SSH_COMMAND = sshCommand({
      ...(sshKeyFile === undefined ? {} : { keyFile: sshKeyFile }),
      ...(knownHostsFile === undefined ? {} : { knownHostsFile }),
      proxied: proxy !== undefined,
    });
  }
  return { settings: settings.flatMap((setting) => ['-c', setting]), environment };
}

/** The passwords in each form in which a server can repeat what it was sent. */
export function secretsOf(remote: Remote, { credential, proxy }: AccessOptions): string[] {
  const proxyUrl = proxy === undefined ? undefined : new URL(proxy);
  const sent = [credential, remote.credential, proxyUrl].filter((one) => one !== undefined);
  return sent
    .filter(({ password }) => password !== '')
    .flatMap(({ username, password }) => [
      Buffer.from(`${username}:${password}`).toString('base64'),
      password,
      encodeURIComponent(password),
    ]);
}
