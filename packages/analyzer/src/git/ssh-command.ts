import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

export interface SshAccess {
  /** A private key without a passphrase, mode 0600. Without one it is the user's own ssh: keys, agent and configuration. */
  keyFile?: string;
  /** Hosts that are known; no other one is spoken to. */
  knownHostsFile?: string;
  /** Connections go through the HTTP proxy that `COMMANDCENTER_PROXY` in its environment names. */
  proxied: boolean;
}

/** The `GIT_SSH_COMMAND`: never asks, never takes an unknown host's word, and forwards nothing. A line for the shell. */
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

/** ssh splits values at white space, and replaces `%`. */
const configValue = (path: string): string => `"${path.replaceAll('%', '%%')}"`;

const shellWord = (text: string): string => (/^[\w./=:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
