import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sshCommand } from './ssh-command.ts';

describe('ssh for git', () => {
  it('uses only the given key and known hosts', () => {
    const command = sshCommand({ keyFile: "/keys/it's mine", knownHostsFile: '/known hosts', proxied: true });
    const settings = execFileSync('/bin/sh', ['-c', `${command} -G git@example.org`], { encoding: 'utf8' });
    const setting = (name: string): string | undefined => new RegExp(`^${name} (.*)$`, 'm').exec(settings)?.[1];
    assert.equal(setting('identityfile'), "/keys/it's mine");
    assert.match(setting('userknownhostsfile') ?? '', /^"?\/known hosts"?$/);
    assert.equal(setting('stricthostkeychecking'), 'true');
    assert.equal(setting('batchmode'), 'yes');
    assert.match(setting('proxycommand') ?? '', /ssh-through-proxy\.ts/);
  });

  it('connects through the proxy with its password', async () => {
    const far = createTcpServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(far, 'listening');
    const { port } = far.address() as AddressInfo;
    const asked: (string | undefined)[] = [];
    const proxy = createServer().listen(0, '127.0.0.1');
    proxy.on('connect', (request, client) => {
      asked.push(request.url, request.headers['proxy-authorization']);
      if (request.url !== `example.org:${port}`) return client.end('HTTP/1.1 403 not allowed\r\n\r\n');
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      return client.pipe(connect(port, '127.0.0.1')).pipe(client);
    });
    await once(proxy, 'listening');
    const through = (host: string) =>
      spawn(process.execPath, [fileURLToPath(new URL('./ssh-through-proxy.ts', import.meta.url)), host, String(port)], {
        env: { COMMANDCENTER_PROXY: `http://user:pass%2Fword@127.0.0.1:${(proxy.address() as AddressInfo).port}` },
      });
    try {
      const program = through('example.org');
      program.stdin.write('hello');
      const [said] = (await once(program.stdout, 'data')) as [Buffer];
      assert.equal(said.toString(), 'hello');
      program.stdin.end();
      assert.deepEqual(await once(program, 'exit'), [0, null]);
      assert.deepEqual(asked, [`example.org:${port}`, `Basic ${Buffer.from('user:pass/word').toString('base64')}`]);
      const refused = through('internal');
      const [why] = (await once(refused.stderr, 'data')) as [Buffer];
      assert.match(why.toString(), /the proxy answered 403/);
      assert.deepEqual(await once(refused, 'exit'), [1, null]);
    } finally {
      far.close();
      proxy.closeAllConnections();
      proxy.close();
    }
  });
});
