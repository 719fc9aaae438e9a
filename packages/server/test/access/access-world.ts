import { type ServerWithoutWorkers, startServerWithoutWorkers } from '../harness/server-without-workers.ts';
import { waitFor } from '../harness/wait-for.ts';
import { type Ask, createAsk } from '../http/ask.ts';
import { ADMIN_TOKEN } from '../http/test-application.ts';
import { startTokenIssuer, type TokenIssuer } from '../http/token-issuer.ts';
import { type Credential, createCredentials, REPOSITORY_ID } from './credentials.ts';
import { createProjectWorld, OWNER_ID, type ProjectWorldOptions } from './project-world.ts';
import type { RequestWorld } from './requests.ts';

const PUBLIC_URL = 'https://commandcenter.example';

/** A server with two projects that have the same kinds of objects, and credentials of every kind. */
export interface AccessWorld extends AsyncDisposable {
  server: ServerWithoutWorkers;
  /** The project whose objects the requests name, and for which some of the credentials are valid. */
  project: RequestWorld;
  otherProject: RequestWorld;
  credentials: readonly Credential[];
}

export async function startAccessWorld(): Promise<AccessWorld> {
  await using started = new AsyncDisposableStack();
  const server = started.use(await startServerWithoutWorkers({ PUBLIC_URL }));
  const issuer = started.use(await startTokenIssuer(PUBLIC_URL));
  const ask = (await createAsk(server.url))(ADMIN_TOKEN);
  const project = await requestWorld(server, ask, issuer, { canary: 'azurite', externalId: REPOSITORY_ID });
  const otherProject = await requestWorld(server, ask, issuer, { canary: 'beryl', externalId: REPOSITORY_ID + 1000 });
  const credentials = await createCredentials({ db: server.db, ask, issuer, project, otherProject });
  await settle(server, ask, [project, otherProject]);
  const owned = started.move();
  return { server, project, otherProject, credentials, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function requestWorld(
  server: ServerWithoutWorkers,
  ask: Ask,
  issuer: TokenIssuer,
  options: Omit<ProjectWorldOptions, 'issuer'>,
): Promise<RequestWorld> {
  const world = await createProjectWorld(server, ask, { ...options, issuer: issuer.url });
  const claims = {
    repository: `${world.canary}/${world.repositoryCanary}`,
    repository_id: String(options.externalId),
    repository_owner_id: String(OWNER_ID),
  };
  return { ...world, signIdToken: () => issuer.sign({ claims }) };
}

/** Waits for the writes that the server makes in the background, so that afterwards only the requests of a test change the database. */
async function settle(server: ServerWithoutWorkers, ask: Ask, worlds: readonly RequestWorld[]): Promise<void> {
  for (const { ids } of worlds) await ask('GET', `/api/v1/integrations/${ids.integration}`);
  await waitFor('the use of the webhook secrets to be noted', async () => {
    const rows = await server.db.selectFrom('webhook_secrets').select('last_verified_at').execute();
    return rows.every(({ last_verified_at }) => last_verified_at !== null);
  });
  // The server updates a token's last use at most once a minute; a time in the future prevents that during the test.
  await server.db
    .updateTable('api_tokens')
    .set({ last_used_at: new Date(Date.now() + 3_600_000) })
    .execute();
}
