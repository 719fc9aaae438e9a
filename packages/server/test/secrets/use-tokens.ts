import assert from 'node:assert/strict';
import { type Canary, canaryOf } from './canary.ts';
import type { SecretWorld } from './secret-world.ts';

/** Uses a token that this server issues, in all places of a request, before and after it is revoked. */
export async function useApiToken({ server, add }: SecretWorld): Promise<void> {
  const body = { name: 'Issued', scopes: ['tasks:read', 'tokens:write'] };
  const headers = { 'idempotency-key': 'issue' };
  const gives: Canary[] = [];
  const created = await server.call('POST', '/api/v1/tokens', { body, headers, gives });
  const token = String(created.body.token);
  // The first eight characters are not secret: the server shows them to distinguish tokens.
  gives.push(add(canaryOf('an API token', token, token.slice(8))));
  assert.equal((await server.call('POST', '/api/v1/tokens', { body, headers, gives })).status, 201);
  const presented = [
    { authorization: `Bearer ${token}` },
    { authorization: token },
    { authorization: `Basic ${Buffer.from(`x:${token}`).toString('base64')}` },
    { authorization: `Bearer ${token}x` },
    { authorization: `Bearer ${token}`, cookie: `token=${token}`, 'x-api-key': token },
  ];
  const paths = ['/api/v1/tokens', '/api/v1/tasks', '/api/v1/jobs', `/api/v1/tasks?access_token=${token}`];
  const use = async (): Promise<void> => {
    for (const one of presented) {
      for (const path of paths) await server.call('GET', path, { headers: one });
      await server.call('POST', '/api/v1/tokens', { body: `{"name": "${token}`, headers: one });
    }
  };
  await use();
  assert.equal((await server.call('DELETE', `/api/v1/tokens/${created.body.id}`)).status, 204);
  await use();
}

/** Exchanges an id token for a workflow's token and uses it, and presents id tokens that are refused. */
export async function useWorkflowTokens({ server, issuer, project, add }: SecretWorld): Promise<void> {
  const trusted = { issuer: issuer.url, repository_id: 1296269, owner_id: 583231 };
  await server.call('POST', `/api/v1/projects/${project}/trusted-repositories`, { body: trusted });
  const present = async (id_token: string, gives: readonly Canary[] = []) => {
    const signature = id_token.split('.')[2] ?? '';
    add(canaryOf('an id token', id_token, signature.slice(0, 40)));
    return server.call('POST', '/api/v1/tokens/github-oidc', { body: { project_id: project, id_token }, gives });
  };
  const gives: Canary[] = [];
  const id_token = await issuer.sign();
  const { status, body } = await present(id_token, gives);
  assert.equal(status, 201, JSON.stringify(body));
  const token = String(body.token);
  gives.push(add(canaryOf("a workflow's token", token, token.slice(8))));
  for (const path of ['/api/v1/jobs', '/api/v1/tasks']) {
    await server.call('GET', path, { headers: { authorization: `Bearer ${token}` } });
    await server.call('GET', path, { headers: { authorization: `Bearer ${id_token}` } });
  }
  assert.equal((await present(id_token)).status, 401);
  const wrong = [{ iss: 'https://untrusted.example' }, { aud: 'https://other.example' }, { repository_id: '7' }];
  for (const claims of wrong) assert.ok((await present(await issuer.sign({ claims }))).status >= 400);
  assert.ok((await present(`${id_token}A`)).status >= 400);
}
