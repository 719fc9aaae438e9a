import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeProtectedHeader, type JWTHeaderParameters } from 'jose';
import { discoveryPath, keysPath, startTokenIssuer, type TokenIssuer } from '../../../test/http/token-issuer.ts';
import { createIssuerKeys } from './issuer-keys.ts';

describe('the keys of an issuer', () => {
  const setUp = (issuer: TokenIssuer) => {
    let now = Date.parse('2026-01-31T12:00:00Z');
    const keys = createIssuerKeys({ fetch, clock: { now: () => new Date(now) } });
    return {
      pass: (seconds: number) => {
        now += seconds * 1000;
      },
      find: async (kid?: string) => {
        const header = decodeProtectedHeader(await issuer.sign()) as JWTHeaderParameters;
        return keys.find(issuer.url, kid === undefined ? header : { ...header, kid });
      },
    };
  };
  const READ = [discoveryPath, keysPath];

  it('are read again after ten minutes, so that one that was taken back is not believed for longer', async () => {
    await using issuer = await startTokenIssuer('anybody');
    const { find, pass } = setUp(issuer);
    const revoked = issuer.kid;
    await find();
    pass(590);
    await issuer.rotate();
    await find(revoked);
    assert.deepEqual(issuer.requests, READ);
    pass(20);
    await assert.rejects(find(revoked), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
    assert.deepEqual(issuer.requests.slice(0, 4), [...READ, ...READ]);
  });

  it('are looked for a second time every half minute at most', async () => {
    await using issuer = await startTokenIssuer('anybody');
    const { find, pass } = setUp(issuer);
    await find();
    const looks = async (kid: string): Promise<number> => {
      const before = issuer.requests.length;
      await assert.rejects(find(kid), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
      return (issuer.requests.length - before) / READ.length;
    };
    assert.deepEqual([await looks('a'), await looks('b'), await looks('a')], [1, 0, 0]);
    pass(29);
    assert.equal(await looks('c'), 0);
    pass(1);
    assert.equal(await looks('d'), 1);
    await find();
  });

  it('are not asked for during five seconds after a failure, and found right after', async () => {
    await using issuer = await startTokenIssuer('anybody');
    const { find, pass } = setUp(issuer);
    issuer.responses.set(discoveryPath, { status: 503, body: '' });
    await assert.rejects(find(), { status: 503, code: 'issuer.unreachable' });
    issuer.responses.clear();
    await assert.rejects(find(), { status: 503 });
    assert.equal(issuer.requests.length, 1);
    pass(5);
    await find();
  });

  it('stay good while a look for another one fails', async () => {
    await using issuer = await startTokenIssuer('anybody');
    const { find } = setUp(issuer);
    await find();
    issuer.responses.set(keysPath, { status: 500, body: '' });
    await assert.rejects(find('unheard-of'), { status: 503 });
    await find();
  });
});
