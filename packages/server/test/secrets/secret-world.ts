import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenApi } from '../http/described-api.ts';
import { startTokenIssuer, type TokenIssuer } from '../http/token-issuer.ts';
import { type Canary, newCanary, newEncryptionKey } from './canary.ts';
import { startWatchedServer, type WatchedServer } from './watched-server.ts';

const OPENAPI_FILE = join(import.meta.dirname, '../../openapi.json');
const PUBLIC_URL = 'https://commandcenter.example';

/** A watched server with a project, and all secrets that it received or issued. */
export interface SecretWorld extends AsyncDisposable {
  server: WatchedServer;
  api: OpenApi;
  issuer: TokenIssuer;
  /** The server's `DATA_DIR`. */
  folder: string;
  project: number;
  /** Name of a project, which is not a secret. */
  visibleName: string;
  /** The secrets of the environment, by the name of the variable. */
  environment: Readonly<Record<string, Canary>>;
  canaries: readonly Canary[];
  /** Adds a canary to `canaries` and returns it. */
  add(canary: Canary): Canary;
}

export async function startSecretWorld(): Promise<SecretWorld> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'commandcenter-secrets-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const issuer = started.use(await startTokenIssuer(PUBLIC_URL));
  const database = newCanary('DATABASE_URL', 'canary-');
  const environment = {
    COMMANDCENTER_ADMIN_TOKEN: newCanary('COMMANDCENTER_ADMIN_TOKEN'),
    ENCRYPTION_KEYS: newEncryptionKey('ENCRYPTION_KEYS'),
    DATABASE_URL: { ...database, value: `postgresql://user:${database.value}@127.0.0.1:5432/x` },
  };
  const values = Object.entries(environment).map(([name, { value }]) => [name, value]);
  const server = started.use(
    await startWatchedServer({ PUBLIC_URL, DATA_DIR: folder, OSV_API_URL: 'off', ...Object.fromEntries(values) }),
  );
  const { state } = server.github;
  state.addOrganization('my-org', { members: { 'cc-bot': 'admin' } });
  state.addRepository({ owner: 'my-org', name: 'my-repo', collaborators: { 'cc-bot': 'admin' } });
  state.addIssue({ repository: 'my-org/my-repo', title: 'An issue' });
  const visibleName = 'visible-9b41c7';
  const { body } = await server.call('POST', '/api/v1/projects', { body: { name: visibleName } });
  const canaries: Canary[] = Object.values(environment);
  const owned = started.move();
  return {
    server,
    api: JSON.parse(await readFile(OPENAPI_FILE, 'utf8')) as OpenApi,
    issuer,
    folder,
    project: Number(body.id),
    visibleName,
    environment,
    canaries,
    add(canary) {
      canaries.push(canary);
      return canary;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
