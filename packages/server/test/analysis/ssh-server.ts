import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../harness/wait-for.ts';

/** Paths of Debian, Fedora and macOS, which are not in the PATH of ordinary users. OpenSSH requires the full path. */
const PROGRAMS = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'];
const program = PROGRAMS.find((path) => spawnSync(path, ['-?']).error === undefined);

/** Why tests with a real OpenSSH server cannot run here; false: they can. */
export const noSshServer: string | false =
  program === undefined
    ? 'there is no OpenSSH server on this machine: apt-get install openssh-server (Debian, Ubuntu)'
    : false;

/** OpenSSH's own server on loopback, which lets this process's user in with one key. */
export interface SshServer {
  host: string;
  user: string;
  port: number;
  /** Private keys, mode 0600, without a passphrase: one that is let in, and one that is not. */
  keyFile: string;
  strangersKeyFile: string;
  /** The line of `known_hosts` that is right, and one with another key for the same host. */
  knownHost: string;
  otherHostKey: string;
  close(): Promise<void>;
}

/** @param folder empty, private */
export async function startSshServer(folder: string): Promise<SshServer> {
  if (program === undefined) throw new Error(String(noSshServer));
  // Debian makes it when the service starts, which in a container never happens. It is removed with the machine's run-time files.
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
      // The folder is in one for temporary files, which everybody may write to.
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
