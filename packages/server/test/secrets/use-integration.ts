import assert from 'node:assert/strict';
import type { IntegrationManifest } from '@commandcenter/integration-kit';
import { signedRequest } from '../webhooks/webhook-fixture.ts';
import { type Canary, newCanary, newPrivateKey } from './canary.ts';
import type { SecretWorld } from './secret-world.ts';
import type { WatchedServer } from './watched-server.ts';

/** Functions that create the canary of each secret field. A field that is missing here fails the tests. */
const makers: Readonly<Record<string, (name: string) => Canary>> = {
  access_token: newCanary,
  refresh_token: newCanary,
  client_secret: newCanary,
  private_key: newPrivateKey,
  'config.webhook_secret': newCanary,
  id_token: newCanary,
};

export function canaryFor(field: string, of: string): Canary {
  const make =
    makers[field] ?? assert.fail(`${field} of ${of} has no canary: add how it is made to use-integration.ts`);
  return make(`${field} of ${of}`);
}

/** Uses one integration for each type and each way to authenticate. */
export async function useIntegrations({ server, add }: SecretWorld): Promise<void> {
  const integrations = server.registry.list().flatMap(({ manifest }) =>
    Object.entries(manifest.authTypes)
      .filter(([, { unavailable }]) => unavailable === undefined)
      .map(([auth]) => new UsedIntegration(server, manifest, auth)),
  );
  await Promise.all(integrations.map((integration) => integration.use()));
  for (const canary of integrations.flatMap(({ canaries }) => canaries)) add(canary);
}

const APP_ID = 4711;
const TRACKER = { owner: 'my-org', name: 'my-repo' };
const NOTHING_LISTENS = 'http://127.0.0.1:9/api/v3';

/** An integration of one type that authenticates in one way. */
class UsedIntegration {
  /** All secrets that the integration has ever had, including replaced ones. */
  readonly canaries: Canary[] = [];
  readonly #server: WatchedServer;
  readonly #manifest: IntegrationManifest;
  readonly #auth: string;
  #project = 0;
  #id = 0;
  readonly #unfinished: Promise<unknown>[] = [];

  constructor(server: WatchedServer, manifest: IntegrationManifest, auth: string) {
    this.#server = server;
    this.#manifest = manifest;
    this.#auth = auth;
  }

  /** Creates, reads, tests, changes and replaces the integration, with a provider that works and with one that does not. */
  async use(): Promise<void> {
    const { call } = this.#server;
    this.#project = await this.#made('POST', '/api/v1/projects', { name: `Uses ${this.#of}` });
    const first = this.#newSecrets('first');
    const body = {
      project_id: this.#project,
      name: this.#of,
      integration_type: this.#manifest.type,
      auth_type: this.#auth,
      ...(await this.#bodyOf(first)),
    };
    const headers = { 'idempotency-key': `create-${this.#of.replace(' ', '-')}` };
    const created = await call('POST', '/api/v1/integrations', { body, headers });
    assert.equal(created.status, 201, JSON.stringify(created.body));
    this.#id = Number(created.body.id);
    assert.equal((await call('POST', '/api/v1/integrations', { body, headers })).status, 201);
    const duplicate = await call('POST', '/api/v1/integrations', { body });
    assert.equal(duplicate.status, 409, JSON.stringify(duplicate.body));
    await this.#work();
    await this.#webhooks(first);

    const second = this.#newSecrets('second');
    const changed = await call('PATCH', this.#path, { body: await this.#bodyOf(second) });
    assert.equal(changed.status, 200, JSON.stringify(changed.body));
    await this.#work();
    // The replaced webhook secret remains valid for a day.
    await this.#webhooks(first);
    await this.#webhooks(second);

    const config = { api_url: NOTHING_LISTENS };
    assert.equal((await call('PATCH', this.#path, { body: { config } })).status, 422);
    const { config: _config, ...credentials } = await this.#bodyOf(second);
    assert.equal((await call('PATCH', this.#path, { body: { ...credentials, config } })).status, 200);
    await this.#work();
    await Promise.all(this.#unfinished);
  }

  get #of(): string {
    return `${this.#manifest.type} ${this.#auth}`;
  }

  get #path(): string {
    return `/api/v1/integrations/${this.#id}`;
  }

  /** Creates a canary for every secret field of the manifest. */
  #newSecrets(generation: string): Map<string, Canary> {
    const { authTypes, webhook } = this.#manifest;
    const fields = [
      ...(authTypes[this.#auth]?.credentials ?? []),
      ...(webhook === undefined ? [] : ['config.webhook_secret']),
    ];
    const secrets = new Map(fields.map((field) => [field, canaryFor(field, `${this.#of}, ${generation}`)]));
    this.canaries.push(...secrets.values());
    return secrets;
  }

  async #bodyOf(secrets: ReadonlyMap<string, Canary>): Promise<Record<string, unknown>> {
    const { github, tokenHost } = this.#server;
    const secretOf = (field: string): string | undefined => secrets.get(field)?.value;
    const config: Record<string, unknown> = { api_url: tokenHost.url };
    if (this.#manifest.type === 'github') config.api_url = `${github.url}/api/v3`;
    const webhookSecret = secretOf('config.webhook_secret');
    if (webhookSecret !== undefined) config.webhook_secret = webhookSecret;
    const credentials = Object.fromEntries(
      [...secrets].flatMap(([field, { value }]) => (field.startsWith('config.') ? [] : [[field, value]])),
    );
    const token = secretOf('access_token');
    if (this.#manifest.type !== 'github') {
      // The provider returns new tokens for the refresh token.
      for (const field of ['access_token', 'refresh_token'] as const) {
        const renewed = canaryFor(field, `${this.#of}, renewed`);
        this.canaries.push(renewed);
        tokenHost.issue[field] = renewed.value;
      }
    } else if (token !== undefined) github.state.addToken({ login: 'cc-bot', token });
    const key = secretOf('private_key');
    const isApp = this.#manifest.type === 'github' && key !== undefined;
    if (!isApp) return { ...credentials, config };
    if (this.#id === 0) github.state.addApp({ appId: APP_ID, slug: 'commandcenter', publicKey: key });
    const installation =
      this.#id === 0 ? github.state.addInstallation({ appId: APP_ID, account: 'my-org' }) : undefined;
    const app = installation === undefined ? {} : { app_id: APP_ID, installation_id: installation.id };
    return { ...credentials, ...app, config };
  }

  /** Sends all requests that call the provider, and those that show their results. */
  async #work(): Promise<void> {
    const { call } = this.#server;
    const asked: Promise<unknown>[] = [call('POST', `${this.#path}/test`)];
    if (this.#manifest.type === 'github') {
      const repository = { repository: TRACKER };
      const task_id = await this.#made('POST', '/api/v1/tasks', { project_id: this.#project, title: 'A task' });
      asked.push(
        call('POST', `${this.#path}/github/webhooks`, { body: repository }),
        call('POST', `${this.#path}/github/import`, { body: repository }),
        call('POST', `${this.#path}/sync/issue-to-task`, { body: { ...repository, issue_number: 1 } }),
        call('GET', `${this.#path}/github/projects?owner=my-org`),
        this.#analyze(),
      );
      // Await this request later, because it takes ten seconds if the provider fails.
      this.#unfinished.push(call('POST', `${this.#path}/sync/task-to-issue`, { body: { ...repository, task_id } }));
    }
    await Promise.all(asked);
    for (const path of ['', '/health', '/deliveries']) await call('GET', this.#path + path);
    for (const list of ['integrations', 'tasks', 'jobs', 'repositories', 'deliveries']) {
      await call('GET', `/api/v1/${list}?project_id=${this.#project}`);
    }
  }

  /** Requests the analysis of a repository for which the credential may be used; its clone fails. */
  async #analyze(): Promise<unknown> {
    const body = { project_id: this.#project, ...TRACKER, integration_id: this.#id };
    await this.#server.call('POST', '/api/v1/repositories', { body });
    return this.#server.call('POST', '/api/v1/jobs', {
      body: {
        project_id: this.#project,
        job_type: 'repository_analysis',
        parameters: { repository: TRACKER, fresh: true },
      },
    });
  }

  /** Sends one webhook with a valid signature, and invalid ones that contain the secret in other places. */
  async #webhooks(secrets: ReadonlyMap<string, Canary>): Promise<void> {
    const secret = secrets.get('config.webhook_secret')?.value;
    if (secret === undefined) return;
    const { call } = this.#server;
    const path = `${this.#path}/webhook`;
    const send = async (path: string, expected: number, { headers, body }: ReturnType<typeof signedRequest>) => {
      const { status } = await call('POST', path, { body, headers: headers as Record<string, string> });
      assert.equal(status, expected, path);
    };
    const signature = 'x-hub-signature-256';
    await send(path, 202, signedRequest({ secret }));
    await send(path, 400, signedRequest({ secret, body: `{"secret": "${secret}` }));
    await send(path, 401, signedRequest({ secret: 'another', body: JSON.stringify({ secret }) }));
    await send(path, 401, signedRequest({ headers: { [signature]: `sha256=${secret}` } }));
    await send(path, 401, signedRequest({ headers: { [signature]: undefined, 'x-gitlab-token': secret } }));
    await send(`${path}?secret=${encodeURIComponent(secret)}`, 401, signedRequest({ secret: 'another' }));
  }

  async #made(method: string, path: string, body: object): Promise<number> {
    const response = await this.#server.call(method, path, { body });
    assert.ok(response.status < 300, JSON.stringify(response.body));
    return Number(response.body.id);
  }
}
