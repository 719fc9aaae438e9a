import type { Credential, Remote } from './remote-url.ts';
import { sshCommand } from './ssh-command.ts';

/** Options for access to a remote repository. */
export interface AccessOptions {
  /**
   * Credential for the repository's server. It is sent to this server only: redirects to other servers do not get it, and it is not part
   * of an address, argument, log or error.
   */
  credential?: Credential;
  /** URL of an HTTP proxy, including its password; all connections use it. */
  proxy?: string;
  sshKeyFile?: string;
  knownHostsFile?: string;
  /** Other environment variables for git, such as the user's proxy and `SSH_AUTH_SOCK` on the command line. */
  environment?: Record<string, string>;
}

/**
 * Returns settings and environment for access to a remote. Passwords are only in the environment, which other users
 * cannot read.
 */
export function gitAccess(
  remote: Remote,
  options: AccessOptions,
): { settings: string[]; environment: Record<string, string> } {
  const { proxy, sshKeyFile, knownHostsFile } = options;
  const credential = options.credential ?? remote.credential;
  const settings = [
    // Follow redirects, because renamed repositories redirect, and git 2.39 forgets the target after it asked for a
    // credential, so that later requests are redirected too. Credentials are not sent to another server, and the proxy
    // checks each connection.
    'http.followRedirects=true',
    'http.lowSpeedLimit=1000',
    'http.lowSpeedTime=60',
    'http.proxyAuthMethod=basic',
    // Keep small packs as packs: otherwise they would become many loose objects.
    'fetch.unpackLimit=1',
    'fetch.writeCommitGraph=false',
  ];
  const environment: Record<string, string> = { ...options.environment };
  if (credential !== undefined && remote.origin !== undefined) {
    // git calls this helper for this server only: https://git-scm.com/docs/gitcredentials#_credential_contexts
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

/** Returns the passwords in all forms in which a server could repeat them, to remove them from messages. */
export function secretsToRedact(remote: Remote, { credential, proxy }: AccessOptions): string[] {
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
