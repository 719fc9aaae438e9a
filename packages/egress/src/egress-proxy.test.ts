import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { fetch, ProxyAgent } from 'undici';
import { createEgressPolicy } from './egress-policy.ts';
import { type EgressProxy, startEgressProxy } from './egress-proxy.ts';

const log = pino({ level: 'silent' });

describe('the egress proxy', () => {
  let server: Server;
  let port: number;
  const proxies: EgressProxy[] = [];
  before(async () => {
    server = createServer((request, response) => response.end(`here ${request.method} ${request.url}`));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  after(async () => {
    await Promise.all(proxies.map((proxy) => proxy.close()));
    server.close();
  });
  const start = async (allow: string[]): Promise<EgressProxy> => {
    const proxy = await startEgressProxy(createEgressPolicy(allow), log);
    proxies.push(proxy);
    return proxy;
  };
  const through = (proxy: string, tunnel: boolean) =>
    fetch(`http://127.0.0.1:${port}/a?b=1`, { dispatcher: new ProxyAgent({ uri: proxy, proxyTunnel: tunnel }) });

  it('hands on what the guard permits, as a tunnel and as a plain request', async () => {
    const { url } = await start([`127.0.0.1:${port}`]);
    assert.equal(await (await through(url, true)).text(), 'here GET /a?b=1');
    assert.equal(await (await through(url, false)).text(), 'here GET /a?b=1');
  });

  it('refuses what the guard refuses, and remembers why', async () => {
    const proxy = await start([]);
    const answer = await through(proxy.url, false);
    assert.equal(answer.status, 403);
    assert.match(await answer.text(), /not an address of the public internet/);
    await assert.rejects(through(proxy.url, true));
    assert.match(proxy.refusalOf('127.0.0.1') ?? '', /not an address of the public internet/);
  });

  it('serves nobody who does not know its password', async () => {
    const proxy = await start([`127.0.0.1:${port}`]);
    const url = new URL(proxy.url);
    url.password = 'other';
    await assert.rejects(through(url.href, false), ({ cause }: Error) => /407/.test(String(cause)));
    await assert.rejects(through(url.href, true), TypeError);
  });

  it('is what git goes through', async () => {
    const proxy = await start([]);
    const git = promisify(execFile)('git', ['ls-remote', `http://127.0.0.1:${port}/x.git`], {
      env: { PATH: process.env.PATH, http_proxy: proxy.url, GIT_TERMINAL_PROMPT: '0' },
    });
    await assert.rejects(git, /403/);
  });
});
