import type { Database } from '../../src/database/database.ts';
import { createKeyRing } from '../../src/keys/key-ring.ts';
import { watchConfiguredRepositories } from '../../src/sync/inbound/repository-poll-queries.ts';
import type { IntegrationHandle, WorldSetup } from './system-interface.ts';

export const testKeys = createKeyRing([{ kid: 'test', key: Buffer.alloc(32, 1) }]);

export interface ReceivingIntegration extends IntegrationHandle {
  /** Id of the webhook secret with which the integration's deliveries are stored. */
  secretId: number;
}

/** Adds projects and integrations with working credentials, as the API would. */
export async function addIntegrations(
  db: Database,
  { apiUrl, integrations, policy }: WorldSetup,
): Promise<ReceivingIntegration[]> {
  const added: ReceivingIntegration[] = [];
  const projects = new Map<number, number>();
  for (const { project, token, repositories } of integrations) {
    const name = `project-${project}`;
    let projectId = projects.get(project);
    if (projectId === undefined) {
      const row = await db
        .insertInto('projects')
        .values({ name, slug: name })
        .returning('id')
        .executeTakeFirstOrThrow();
      projectId = row.id;
      projects.set(project, projectId);
    }
    const { id } = await db
      .insertInto('integrations')
      .values({
        project_id: projectId,
        name: 'GitHub',
        integration_type: 'github',
        auth_type: 'token',
        config: JSON.stringify({ api_url: apiUrl, repositories, conflict_policy: policy }),
        host: new URL(apiUrl).host,
        status: 'active',
        credentials: await testKeys.encrypt({ accessToken: token }),
        credentials_fields: ['access_token'],
        credentials_version: 1,
        credential_key: `token:${token}`,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const secret = await db
      .insertInto('webhook_secrets')
      .values({ integration_id: id, jwe: await testKeys.encrypt('secret'), fingerprint: Buffer.alloc(1) })
      .returning('id')
      .executeTakeFirstOrThrow();
    added.push({ id, projectId, secretId: secret.id });
  }
  await db.transaction().execute((trx) => watchConfiguredRepositories(trx));
  return added;
}
