import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { exportSPKI, generateKeyPair, importJWK } from 'jose';
import { inSeconds, type OidcApplication, PUBLIC_URL, startOidcApplication, trustedIds } from './oidc-application.ts';
import { RUN } from './token-issuer.ts';

describe("a workflow's id token", () => {
  let oidc: OidcApplication;
  before(async () => {
    oidc = await startOidcApplication();
  });
  after(() => oidc[Symbol.asyncDispose]());

  it('must be meant for this server and for nobody else', async () => {
    assert.equal((await oidc.exchange({ claims: { aud: `${PUBLIC_URL}/` } })).status, 201);
    const names = /audience "https:\/\/commandcenter\.example"/;
    for (const aud of ['https://github.com/acme', `${PUBLIC_URL}.evil`, [PUBLIC_URL, 'https://elsewhere.example']]) {
      await oidc.refused(401, 'id_token.audience_wrong', { claims: { aud } }, names);
    }
    await oidc.refused(401, 'id_token.claim_missing', { claims: { aud: undefined } }, /"aud"/);
  });

  it('must be valid now, give or take a clock that runs a little ahead or behind', async () => {
    const ahead = { nbf: inSeconds(20), iat: inSeconds(20), exp: inSeconds(320) };
    assert.equal((await oidc.exchange({ claims: ahead })).status, 201);
    assert.equal((await oidc.exchange({ claims: { iat: inSeconds(-330), exp: inSeconds(-20) } })).status, 201);
    const expired = { iat: inSeconds(-600), exp: inSeconds(-120) };
    await oidc.refused(401, 'id_token.expired', { claims: expired }, /expired at .+ Ask GitHub for a new one/);
    await oidc.refused(401, 'id_token.not_yet_valid', { claims: { nbf: inSeconds(300) } }, /clocks/);
    const future = { iat: inSeconds(300), exp: inSeconds(600) };
    await oidc.refused(401, 'id_token.not_yet_valid', { claims: future }, /clocks/);
    // A token that claims a long life is refused some time after it was issued, because the server does not remember used tokens for
    // ever.
    const endless = { iat: inSeconds(-4000), exp: inSeconds(1_000_000) };
    await oidc.refused(401, 'id_token.expired', { claims: endless }, /new one/);
    await oidc.refused(401, 'id_token.claim_missing', { claims: { exp: undefined } }, /"exp"/);
    await oidc.refused(401, 'id_token.claim_missing', { claims: { exp: 'tomorrow' } }, /"exp"/);
  });

  it('must say which repository and which token it is, in a way that can be kept', async () => {
    for (const claims of [
      { repository_id: undefined },
      { repository_id: '1296269.5' },
      { repository_id: '99999999999999999999' },
      { repository_owner_id: '-1' },
      { repository_owner_id: [RUN.repository_owner_id] },
      { jti: undefined },
      { jti: 'a\u0000b' },
      { jti: 'x'.repeat(256) },
    ]) {
      const [claim = ''] = Object.keys(claims);
      await oidc.refused(401, 'id_token.claim_missing', { claims }, new RegExp(`"${claim}"`));
    }
    // Claims that are only shown to people are dropped if they cannot be stored.
    const odd = { repository: 'a\u0000b', run_id: '1\u0000', ref: 'x'.repeat(5000) };
    assert.equal((await oidc.exchange({ claims: odd })).status, 201);
  });

  it('comes in a small body', async () => {
    const large = await oidc.app.withToken(undefined)('POST', '/api/v1/tokens/github-oidc', {
      body: { project_id: oidc.project, id_token: 'x'.repeat(20_000) },
    });
    assert.equal(large.status, 413);
    assert.match(String(large.body.detail), /at most 16 KiB/);
  });

  describe('is not believed', () => {
    const parts = (token: string): [string, string, string] => token.split('.') as [string, string, string];
    const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const forged = async (token: string, code = 'id_token.signature_invalid'): Promise<void> => {
      const { status, body } = await oidc.present(token);
      assert.deepEqual([status, body.code], [401, code], String(body.detail));
    };

    it('refuses a token without a signature', async () => {
      const [, payload, signature] = parts(await oidc.issuer.sign());
      for (const alg of ['none', 'None', '']) {
        const code = alg === '' ? 'id_token.malformed' : 'id_token.signature_invalid';
        await forged(`${encoded({ alg, typ: 'JWT' })}.${payload}.`, code);
        await forged(`${encoded({ alg, typ: 'JWT', kid: oidc.issuer.kid })}.${payload}.${signature}`, code);
      }
    });

    it('refuses a token that is signed with the public key as a shared secret', async () => {
      const publicKey = await importJWK(oidc.issuer.jwk, 'RS256', { extractable: true });
      assert.ok(!(publicKey instanceof Uint8Array));
      for (const secret of [await exportSPKI(publicKey), JSON.stringify(oidc.issuer.jwk), String(oidc.issuer.jwk.n)]) {
        const key = Buffer.from(secret);
        await forged(await oidc.issuer.sign({ header: { alg: 'HS256' }, key }));
      }
    });

    it('refuses a token that another key signed, whatever its key id', async () => {
      const { privateKey } = await generateKeyPair('RS256');
      await forged(await oidc.issuer.sign({ key: privateKey }));
      const { privateKey: curve, publicKey } = await generateKeyPair('ES256', { extractable: true });
      await forged(await oidc.issuer.sign({ key: curve, header: { alg: 'ES256' } }));
      // A key in the token's own header must not be trusted.
      const jwk = { kty: 'EC', ...(await crypto.subtle.exportKey('jwk', publicKey)) };
      await forged(await oidc.issuer.sign({ key: curve, header: { alg: 'ES256', jwk } }));
    });

    it('refuses a token whose claims were changed after signing', async () => {
      const [header, payload, signature] = parts(await oidc.issuer.sign());
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
      await forged(`${header}.${encoded({ ...claims, repository_id: '1' })}.${signature}`);
    });

    it('refuses text that is not a token', async () => {
      const [header, payload] = parts(await oidc.issuer.sign());
      for (const text of ['nonsense', 'a.b.c', `${header}.${payload}`, `${header}.${encoded([1])}.x`, `${header}..x`]) {
        await forged(text, 'id_token.malformed');
      }
    });
  });

  describe('of a repository that the project does not trust', () => {
    it('is refused whatever the repository is called: the ids decide', async () => {
      const recreated = { repository: 'acme/web', repository_id: '77' };
      await oidc.refused(
        403,
        'repository.not_trusted',
        { claims: recreated },
        /acme\/web \(repository_id 77, owner_id 583231\)/,
      );
      const handedOn = { repository_owner_id: '88' };
      await oidc.refused(403, 'repository.not_trusted', { claims: handedOn }, /repository_id 1296269, owner_id 88/);
      const renamed = { repository: 'acme/renamed' };
      assert.equal((await oidc.exchange({ claims: renamed })).status, 201);
      const { body } = await oidc.app.ask('GET', `/api/v1/projects/${oidc.project}/trusted-repositories`);
      assert.equal(body.items?.[0]?.name, 'acme/renamed');
    });

    it('is bodies what to add, and is good once it is added', async () => {
      const token = await oidc.issuer.sign({ claims: { repository_id: '99', repository: 'acme/api' } });
      const { status, body } = await oidc.present(token);
      assert.equal(status, 403);
      const [, path, json] = /POST (\S+) (\{.+\})$/.exec(String(body.detail)) ?? [];
      assert.deepEqual(JSON.parse(json ?? ''), {
        ...trustedIds,
        repository_id: 99,
        name: 'acme/api',
        issuer: oidc.issuer.url,
      });
      assert.equal((await oidc.app.ask('POST', path ?? '', { body: json })).status, 201);
      assert.equal((await oidc.present(token)).status, 201);
    });

    it('learns nothing of projects: one that is not there, trusts nobody, or trusts others gets the same response', async () => {
      const [other, empty] = [await oidc.newProject('Other'), await oidc.newProject('Empty')];
      await oidc.trust(other, { repository_id: 1, owner_id: 1, issuer: oidc.issuer.url });
      const projects = [other, empty, 999_999];
      const { privateKey } = await generateKeyPair('RS256');
      for (const [status, options] of [
        [403, {}],
        [401, { key: privateKey }],
        [401, { claims: { iss: 'https://unheard.example' } }],
        [401, { claims: { aud: 'https://elsewhere.example' } }],
      ] as const) {
        const responses = await Promise.all(projects.map((id) => oidc.exchange(options, id)));
        const bodies = responses.map(({ body }, index) =>
          JSON.stringify(body).replaceAll(new RegExp(`(?<=project |projects/)${projects[index]}\\b`, 'g'), '{project}'),
        );
        assert.deepEqual([responses[0]?.status, new Set(bodies).size], [status, 1], bodies.join('\n'));
      }
    });
  });

  it('creates no row for a refused token', async () => {
    const count = async (): Promise<number[]> => {
      const tables = ['used_id_tokens', 'api_tokens', 'audit_log', 'idempotency_keys'] as const;
      return Promise.all(
        tables.map(async (table) => {
          const { rows } = await oidc.app.db
            .selectFrom(table)
            .select(({ fn }) => fn.countAll<number>().as('rows'))
            .executeTakeFirstOrThrow();
          return rows;
        }),
      );
    };
    const before = await count();
    for (const [status, options] of [
      [401, { claims: { aud: 'https://elsewhere.example' } }],
      [401, { claims: { iss: 'https://unheard.example' } }],
      [401, { claims: { exp: inSeconds(-120) } }],
      [401, { key: (await generateKeyPair('RS256')).privateKey }],
      [403, { claims: { repository_id: '5' } }],
    ] as const) {
      assert.equal((await oidc.exchange(options)).status, status);
    }
    assert.deepEqual(await count(), before);
  });
});
