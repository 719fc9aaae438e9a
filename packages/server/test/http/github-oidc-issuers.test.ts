import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { generateKeyPair } from 'jose';
import { type OidcApplication, PUBLIC_URL, startOidcApplication, trustedIds } from './oidc-application.ts';
import { startTestApplication } from './test-application.ts';
import { discoveryPath, keysPath, startTokenIssuer } from './token-issuer.ts';

describe("a workflow's id token", () => {
  let oidc: OidcApplication;
  before(async () => {
    oidc = await startOidcApplication();
  });
  after(() => oidc[Symbol.asyncDispose]());

  describe('of an issuer', () => {
    it('refuses an issuer that no project trusts without sending it a request', async () => {
      await using trap = await startTokenIssuer(PUBLIC_URL);
      const { status, body } = await oidc.present(await trap.sign());
      assert.deepEqual([status, body.code], [401, 'id_token.issuer_unknown']);
      assert.match(String(body.detail), new RegExp(trap.url));
      const pointing = { jku: `${trap.url}/.well-known/jwks`, x5u: `${trap.url}/x5u` };
      await oidc.present(await trap.sign({ claims: { iss: oidc.issuer.url }, header: pointing }));
      for (const iss of [`${oidc.issuer.url}/`, `${trap.url}#${oidc.issuer.url}`, 7, undefined, 'a\u0000b', { a: 1 }]) {
        const response = await oidc.present(await trap.sign({ claims: { iss } }));
        assert.deepEqual([response.status, response.body.code], [401, 'id_token.issuer_unknown'], String(iss));
      }
      assert.deepEqual(trap.requests, []);
    });

    it('does not let an issuer that one project trusts vouch for repositories of another issuer', async () => {
      await using enterprise = await startTokenIssuer(PUBLIC_URL);
      const otherProject = await oidc.newProject('Other');
      await oidc.trust(otherProject, { ...trustedIds, issuer: enterprise.url });
      const token = await enterprise.sign();
      assert.equal((await oidc.present(token)).status, 403);
      assert.equal((await oidc.present(token, otherProject)).status, 201);
    });

    it('is asked for its keys once, and again for a new one, but not for every one that is made up', async () => {
      await using rotating = await startTokenIssuer(PUBLIC_URL);
      await oidc.trust(oidc.project, { ...trustedIds, issuer: rotating.url });
      const old = await rotating.sign();
      const first = await Promise.all(Array.from({ length: 4 }, async () => oidc.present(await rotating.sign())));
      assert.deepEqual(new Set(first.map(({ status }) => status)), new Set([201]));
      assert.deepEqual(rotating.requests, [discoveryPath, keysPath]);

      await rotating.rotate();
      const rotated = await Promise.all(Array.from({ length: 4 }, async () => oidc.present(await rotating.sign())));
      assert.deepEqual(new Set(rotated.map(({ status }) => status)), new Set([201]));
      assert.equal(rotating.requests.length, 4);
      assert.equal((await oidc.present(old)).body.code, 'id_token.signature_invalid');

      for (const kid of ['made-up-1', 'made-up-2', undefined]) {
        const { status, body } = await oidc.present(await rotating.sign({ header: { kid } }));
        // A token without a key id is verified with the only key that the issuer has.
        assert.deepEqual(
          [status, body.code],
          kid === undefined ? [201, undefined] : [401, 'id_token.signature_invalid'],
        );
      }
      assert.equal(rotating.requests.length, 4);
    });

    it('returns 503 for an issuer that does not respond', async () => {
      const gone = await startTokenIssuer(PUBLIC_URL);
      await oidc.trust(oidc.project, { ...trustedIds, issuer: gone.url });
      const token = await gone.sign();
      await gone[Symbol.asyncDispose]();
      const { status, headers, body } = await oidc.present(token);
      assert.deepEqual([status, body.code, headers.get('retry-after')], [503, 'issuer.unreachable', '5']);
      assert.match(String(body.detail), /127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)/);
    });

    for (const [name, path, response, detail] of [
      ['is in trouble', discoveryPath, { status: 500, body: 'oops' }, /answered 500/],
      [
        'is not there',
        discoveryPath,
        { status: 404, body: '{}' },
        /answered 404: this is not the address of an issuer/,
      ],
      ['talks nonsense', discoveryPath, { body: '<html>' }, /is not JSON/],
      ['says nothing of keys', discoveryPath, { body: '{"issuer":"x"}' }, /does not say where its keys are/],
      ['is another one', discoveryPath, { body: '{"issuer":"x","jwks_uri":"https://x.example/"}' }, /of another one/],
      ['has no keys', keysPath, { body: '{"keys":7}' }, /is not a set of 100 keys at most/],
      ['has too many keys', keysPath, { body: JSON.stringify({ keys: Array(101).fill({ kty: 'RSA' }) }) }, /100 keys/],
      ['says far too much', keysPath, { body: 'x'.repeat(2_000_000) }, /answered more than 1 MiB/],
    ] as const) {
      it(`distinguishes an issuer that ${name} from a wrong token`, async () => {
        await using odd = await startTokenIssuer(PUBLIC_URL);
        await oidc.trust(oidc.project, { ...trustedIds, issuer: odd.url });
        odd.responses.set(path, response);
        const { status, headers, body } = await oidc.present(await odd.sign());
        assert.equal(status, 'status' in response && response.status === 500 ? 503 : 502);
        assert.match(String(body.detail), detail);
        assert.equal(headers.get('retry-after'), '5');
      });
    }

    it('distinguishes an issuer with an invalid or weak key from a wrong token', async () => {
      await using odd = await startTokenIssuer(PUBLIC_URL);
      await oidc.trust(oidc.project, { ...trustedIds, issuer: odd.url });
      const weak = await crypto.subtle.generateKey(
        { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
        true,
        ['sign', 'verify'],
      );
      const keys = [
        { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'broken' },
        { ...(await crypto.subtle.exportKey('jwk', weak.publicKey)), key_ops: undefined, kid: 'weak' },
      ];
      odd.responses.set(keysPath, { body: JSON.stringify({ keys }) });
      const { privateKey } = await generateKeyPair('ES256');
      const broken = await oidc.present(await odd.sign({ key: privateKey, header: { alg: 'ES256', kid: 'broken' } }));
      assert.deepEqual([broken.status, broken.body.code], [502, 'issuer.invalid'], JSON.stringify(broken.body));
      const weakly = await oidc.present(await odd.sign({ header: { kid: 'weak' } }));
      assert.deepEqual([weakly.status, weakly.body.code], [502, 'issuer.invalid'], JSON.stringify(weakly.body));
      assert.match(String(weakly.body.detail), /1024 bits, and 2048 are needed/);
    });
  });
});

describe('an issuer on a private address', () => {
  it('is asked only where EGRESS_ALLOW names it', async () => {
    await using app = await startTestApplication({ PUBLIC_URL });
    await using issuer = await startTokenIssuer(PUBLIC_URL);
    await app.ask('POST', '/api/v1/projects/1/trusted-repositories', {
      body: { ...trustedIds, issuer: issuer.url },
    });
    const { status, body } = await app.withToken(undefined)('POST', '/api/v1/tokens/github-oidc', {
      body: { project_id: 1, id_token: await issuer.sign() },
    });
    assert.deepEqual([status, body.code], [502, 'issuer.unreachable']);
    assert.match(String(body.detail), /name it in EGRESS_ALLOW/);
    assert.deepEqual(issuer.requests, []);
  });
});
