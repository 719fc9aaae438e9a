import assert from 'node:assert/strict';
import { refusedBodies } from './refused-bodies.ts';
import { secretFieldsOfApi } from './secret-fields.ts';
import type { SecretWorld } from './secret-world.ts';
import { canaryFor } from './use-integration.ts';

/** Sends bodies with every secret field of the API description that are wrong in every way. */
export async function useRefusedBodies({ server, api, issuer, project, add }: SecretWorld): Promise<void> {
  const made = { project_id: project, name: 'Refused', integration_type: 'github', auth_type: 'token' };
  const body = { ...made, access_token: 'ghp_refused' };
  const integration = await server.call('POST', '/api/v1/integrations', { body });
  const idToken = { project_id: project, id_token: await issuer.sign() };
  const routes: Readonly<Record<string, { path: string; valid: Record<string, unknown> }>> = {
    'POST /api/v1/integrations': { path: '/api/v1/integrations', valid: made },
    'PATCH /api/v1/integrations/{id}': { path: `/api/v1/integrations/${integration.body.id}`, valid: {} },
    'POST /api/v1/tokens/github-oidc': { path: '/api/v1/tokens/github-oidc', valid: idToken },
  };
  for (const field of secretFieldsOfApi(api)) {
    const { path, valid } =
      routes[field.route] ?? assert.fail(`${field.route} takes a secret: say here how it is called`);
    const canary = add(canaryFor(field.field, field.route));
    for (const { fault, body, headers = {} } of refusedBodies(field, canary.value, valid)) {
      const { status } = await server.call(field.route.split(' ')[0] ?? '', path, { body, headers });
      assert.ok(status < 500, `${field.route} whose ${field.field} ${fault}: ${status}`);
    }
  }
}
