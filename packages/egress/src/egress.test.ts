import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { fetch } from 'undici';
import { assertEgressAllowed, createEgressAgent } from './egress.ts';
import { EgressDeniedError } from './egress-denied-error.ts';
import { createEgressPolicy } from './egress-policy.ts';

const refuses = (allow: string[], url: string) =>
  assert.throws(() => assertEgressAllowed(createEgressPolicy(allow), new URL(url)), EgressDeniedError, url);
const permits = (allow: string[], url: string) => assertEgressAllowed(createEgressPolicy(allow), new URL(url));
const inverted = (part: string): string => (0xffff - Number.parseInt(part, 16)).toString(16);

describe('the egress policy', () => {
  it('refuses addresses that are not of the public internet, however they are written', () => {
    for (const host of [
      '127.0.0.1',
      '0.0.0.0',
      '10.1.2.3',
      '172.16.0.1',
      '192.168.0.1',
      '169.254.169.254',
      '100.64.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '0x7f.1',
      '2130706433',
      '[::1]',
      '[::]',
      '[fe80::1]',
      '[fd00::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:a9fe:a9fe]',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
    ]) {
      refuses([], `https://${host}/`);
    }
  });

  it('refuses every form of IPv6 that stands for an IPv4 address that is not public', () => {
    const policy = createEgressPolicy([]);
    // Each entry is an IPv4 address and its two halves in hexadecimal: loopback, the metadata service of most clouds, and that of Azure.
    for (const [dotted, high, low] of [
      ['127.0.0.1', '7f00', '1'],
      ['169.254.169.254', 'a9fe', 'a9fe'],
      ['168.63.129.16', 'a83f', '8110'],
    ] as const) {
      const forms = [
        `::${dotted}`,
        `::${high}:${low}`,
        `::ffff:${dotted}`,
        `::ffff:${high}:${low}`,
        `::ffff:0:${high}:${low}`,
        `64:ff9b::${dotted}`,
        `64:ff9b::${high}:${low}`,
        `64:ff9b:1::${high}:${low}`,
        `2002:${high}:${low}::1`,
        // A Teredo address contains the IPv4 address of its server, and that of its client with inverted bits.
        `2001:0:${high}:${low}::1`,
        `2001:0:8c52:7906:0:0:${inverted(high)}:${inverted(low)}`,
      ];
      for (const address of [dotted, ...forms]) {
        assert.equal(policy.isPublic(address), false, address);
        refuses([], `https://${address.includes(':') ? `[${address}]` : address}/`);
      }
    }
  });

  it('refuses what is no allocated address of the internet, and a translation whose last part only looks public', () => {
    const policy = createEgressPolicy([]);
    for (const address of ['::8c52:7906', '64:ff9b:1:7f00:0:100:8c52:7906', '1::1', '4000::1', '5f00::1', '3fff::1']) {
      assert.equal(policy.isPublic(address), false, address);
    }
  });

  it('permits the metadata address of Azure only where EGRESS_ALLOW names it', () => {
    permits([], 'https://168.63.129.15/');
    permits(['168.63.129.16'], 'http://168.63.129.16/');
    permits(['168.63.129.0/24'], 'http://168.63.129.16/');
  });

  it('permits public addresses over https only', () => {
    permits([], 'https://140.82.121.6/');
    permits([], 'https://[2606:50c0:8000::153]/');
    permits([], 'https://[64:ff9b::8c52:7906]/');
    refuses([], 'http://140.82.121.6/');
    refuses([], 'ftp://140.82.121.6/');
    refuses([], 'https://user:secret@api.github.com/');
  });

  it('permits what EGRESS_ALLOW names: a host, a host at one port, a range', () => {
    permits(['127.0.0.1:4010'], 'http://127.0.0.1:4010/');
    refuses(['127.0.0.1:4010'], 'http://127.0.0.1:4011/');
    permits(['[::1]:4010'], 'http://[::1]:4010/');
    permits(['10.0.0.0/8'], 'http://10.1.2.3/');
    refuses(['10.0.0.0/8'], 'http://11.1.2.3/');
    permits(['127.0.0.1'], 'http://127.0.0.1:9/');
  });
});

describe('the egress agent', () => {
  let server: Server;
  let port: number;
  before(async () => {
    server = createServer((_request, response) => response.end('here'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  after(() => server.close());

  const get = async (allow: string[], url: string): Promise<string> => {
    const dispatcher = createEgressAgent(createEgressPolicy(allow));
    try {
      return await (await fetch(url, { dispatcher })).text();
    } finally {
      await dispatcher.destroy();
    }
  };
  const denied = (error: unknown) => error instanceof TypeError && error.cause instanceof EgressDeniedError;

  it('checks the address that a name leads to', async () => {
    await assert.rejects(get([], `http://localhost:${port}/`), denied);
    await assert.rejects(get([], `https://localhost:${port}/`), denied);
    assert.equal(await get([`localhost:${port}`], `http://localhost:${port}/`), 'here');
    assert.equal(await get(['127.0.0.0/8'], `http://localhost:${port}/`), 'here');
    await assert.rejects(get(['10.0.0.0/8'], `http://localhost:${port}/`), denied);
  });

  it('checks a literal address also without an earlier look at the URL', async () => {
    await assert.rejects(get([], `http://127.0.0.1:${port}/`), denied);
    await assert.rejects(get([], `http://[::ffff:127.0.0.1]:${port}/`), denied);
  });
});
