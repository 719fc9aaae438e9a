import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { it } from 'node:test';
import { pino } from 'pino';
import { createTestDatabase } from '../../../test/harness/test-database.ts';
import { startTokenIssuer } from '../../../test/http/token-issuer.ts';
import { createApp } from '../../api/app.ts';
import { createClientAddresses } from '../../http/client-address.ts';
import { createKeyRing } from '../../keys/key-ring.ts';
import { gitHubOidcRoutes } from './routes.ts';
import { GITHUB_ISSUER } from './workflow-identity.ts';

it('asks github.com also where nothing of it is trusted yet, and names the ids to add', async () => {
  await using stack = new AsyncDisposableStack();
  const publicUrl = 'https://commandcenter.example';
  const database = await createTestDatabase();
  stack.defer(() => database.destroy());
  const github = stack.use(await startTokenIssuer(publicUrl, GITHUB_ISSUER));
  const clock = { now: () => new Date() };
  const keys = createKeyRing([{ kid: 'test', key: randomBytes(32) }]);
  const log = pino({ level: 'silent' });
  const rest = {
    addresses: createClientAddresses([]),
    storage: { pool: database.pool, dataDir: undefined },
    log,
    keys,
    adminToken: undefined,
    version: '0.0.0',
    role: 'api',
  };
  const { fastify } = await createApp({ db: database.db, clock, ...rest });
  stack.defer(() => fastify.close());
  await fastify.register(gitHubOidcRoutes, {
    prefix: '/api/v1',
    db: database.db,
    clock,
    randomBytes,
    publicUrl,
    // No test reaches the internet: all requests to GitHub go to a local stand-in.
    fetch: (input, init) => fetch(String(input).replace(GITHUB_ISSUER, github.address), init),
  });
  const response = await fastify.inject({
    method: 'POST',
    url: '/api/v1/tokens/github-oidc',
    payload: { project_id: 1, id_token: await github.sign() },
  });
  assert.deepEqual([response.statusCode, response.json().code], [403, 'repository.not_trusted']);
  assert.match(
    response.json().detail,
    /POST \/api\/v1\/projects\/1\/trusted-repositories \{"repository_id":1296269,"owner_id":583231,"name":"acme\/web"\}$/,
  );
});
