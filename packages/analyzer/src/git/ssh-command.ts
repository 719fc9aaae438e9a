import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

export interface SshAccess {
  /** A private key without a passphrase, mode 0600. If absent, ssh uses the user's keys, agent and configuration. */
  keyFile?: string;
  /** Path of the file with the known hosts; connections to other hosts fail. */
  knownHostsFile?: string;
  /** If true, connections use the HTTP proxy in the environment variable `COMMANDCENTER_PROXY`. */
  proxied: boolean;
}

/** Builds `GIT_SSH_COMMAND`, a shell command line: ssh does not prompt, rejects unknown hosts, and forwards nothing. */
export function sshCommand({ keyFile, knownHostsFile, proxied }: SshAccess): string {
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'ConnectTimeout=20',
    'ClearAllForwardings=yes',
    'PermitLocalCommand=no',
  ];
  if (keyFile !== undefined)
    options.push('IdentitiesOnly=yes', 'IdentityAgent=none', `IdentityFile=${configValue(keyFile)}`);
  if (knownHostsFile !== undefined)
    options.push('GlobalKnownHostsFile=/dev/null', `UserKnownHostsFile=${configValue(knownHostsFile)}`);
  if (proxied) {
    const program = fileURLToPath(new URL('./ssh-through-proxy.ts', import.meta.url));
    options.push(`ProxyCommand=${shellWord(execPath)} ${shellWord(program)} %h %p`);
  }
  const own = keyFile === undefined ? [] : ['-F', '/dev/null'];
  return ['ssh', ...own, ...options.flatMap((option) => ['-o', option])].map(shellWord).join(' ');
}

/** ssh splits values at white space and expands `%`. */
const configValue = (path: string): string => `"${path.replaceAll('%', '%%')}"`;

const shellWord = (text: string): string => (/^[\w./=:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
