import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../harness/wait-for.ts';

/** Paths of `sshd` on Debian, Fedora and macOS. They are not in the PATH of ordinary users, and OpenSSH requires the full path. */
const PROGRAMS = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'];
const program = PROGRAMS.find((path) => spawnSync(path, ['-?']).error === undefined);

/** The reason why tests with a real OpenSSH server cannot run on this machine; false if they can. */
export const noSshServer: string | false =
  program === undefined
    ? 'there is no OpenSSH server on this machine: apt-get install openssh-server (Debian, Ubuntu)'
    : false;

/** A real OpenSSH server on a loopback address, which admits the user of this process with one key. */
export interface SshServer {
  host: string;
  user: string;
  port: number;
  /**
   * Path of the private key that the server accepts. Like the key of `strangersKeyFile`, which it refuses, it has mode 0600 and no
   * passphrase.
   */
  keyFile: string;
  strangersKeyFile: string;
  /** The line of `known_hosts` with the server's key. `otherHostKey` is a line with a wrong key for the same host. */
  knownHost: string;
  otherHostKey: string;
  close(): Promise<void>;
}

/**
 * Starts a real OpenSSH server.
 *
 * @param folder private and empty folder for its keys and settings
 */
export async function startSshServer(folder: string): Promise<SshServer> {
  if (program === undefined) throw new Error(String(noSshServer));
  // sshd needs this folder. On Debian the service creates it at its start, which never happens in a container. The system removes it with
  // its run-time files.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const path = (name: string): string => join(folder, name);
  for (const name of ['host', 'other-host', 'id', 'stranger'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', path(name)]);
  await copyFile(path('id.pub'), path('authorized_keys'));
  const port = await freePort();
  await writeFile(
    path('sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${path('host')}`,
      'PidFile none',
      `AuthorizedKeysFile ${path('authorized_keys')}`,
      // The server's files lie below the folder for temporary files, to which everybody may write, and the strict mode refuses that.
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      '',
    ].join('\n'),
  );
  const child = spawn(program, ['-D', '-e', '-f', path('sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await waitFor('the ssh server', () => {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${said}`);
    return said.includes(`Server listening on 127.0.0.1 port ${port}`);
  });
  const hostLine = async (name: string): Promise<string> => {
    const [type, key] = (await readFile(path(`${name}.pub`), 'utf8')).split(' ');
    return `[127.0.0.1]:${port} ${type} ${key}\n`;
  };
  return {
    host: '127.0.0.1',
    user: userInfo().username,
    port,
    keyFile: path('id'),
    strangersKeyFile: path('stranger'),
    knownHost: await hostLine('host'),
    otherHostKey: await hostLine('other-host'),
    async close() {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
