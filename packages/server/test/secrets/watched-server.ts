import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FakeGitHub, startFakeGitHub } from '@commandcenter/fake-github';
import { integration as github } from '@commandcenter/integration-github';
import { hubSignature256, type IntegrationDefinition, OAuthIntegration } from '@commandcenter/integration-kit';
import Type from 'typebox';
import { createRegistry, type Registry } from '../../src/integrations/registry.ts';
import { createLogger } from '../../src/logging.ts';
import { ADMIN_TOKEN, startTestApplication, type TestApplication } from '../http/test-application.ts';
import type { Canary } from './canary.ts';
import type { SearchedText } from './leaks.ts';

/** An integration type that uses every kind of credential. */
const vault: IntegrationDefinition = {
  manifest: {
    type: 'vault',
    title: 'Vault',
    description: 'For tests.',
    authTypes: {
      oauth: {
        credentials: ['access_token', 'refresh_token', 'client_secret', 'private_key'],
        required: ['access_token'],
      },
    },
    hostKeys: ['api_url'],
    configSchema: Type.Object({ api_url: Type.String() }, { additionalProperties: false }),
    webhook: {
      signature: hubSignature256,
      eventHeader: 'x-github-event',
      deliveryHeader: 'x-github-delivery',
      events: ['issues'],
    },
  },
  create: (context) =>
    new (class extends OAuthIntegration {
      override get tokenUrl(): string {
        return `${this.integration.config.api_url}/token`;
      }
      override getOAuthAuthorizeUrl(): string {
        return '';
      }
      override async exchangeCodeForToken(): Promise<unknown> {
        return {};
      }
      override async testConnection(): Promise<boolean> {
        // The first access token is refused, so that it is renewed.
        return (await this.authorizedFetch(`${this.integration.config.api_url}/me`)).ok;
      }
    })(context),
};

/** A whole server at log level `trace`, of which every log line and response is kept, and the providers that it calls. */
export interface WatchedServer extends AsyncDisposable {
  app: TestApplication;
  registry: Registry;
  github: FakeGitHub;
  /** The provider of the integration type `vault`. It returns new access tokens, and refuses every request that uses one. */
  tokenHost: { url: string; issue: { access_token: string; refresh_token: string } };
  logs: SearchedText[];
  responses: SearchedText[];
  /** Sends a request and keeps the response. Bytes and texts are sent unchanged, other bodies as JSON. */
  call(
    method: string,
    path: string,
    request?: WatchedRequest,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
}

export interface WatchedRequest {
  body?: unknown;
  /** Headers that are added to the one with the admin token, or replace it. */
  headers?: Readonly<Record<string, string>>;
  gives?: readonly Canary[];
}

export async function startWatchedServer(environment: Record<string, string>): Promise<WatchedServer> {
  await using started = new AsyncDisposableStack();
  const fake = await startFakeGitHub({ checks: false });
  started.defer(() => fake.close());
  const issue = { access_token: '', refresh_token: '' };
  const tokenHost = createServer((request, response) => {
    const isToken = request.url === '/token';
    response
      .writeHead(isToken ? 200 : 401, { 'content-type': 'application/json' })
      .end(JSON.stringify(isToken ? { ...issue, expires_in: 3600 } : { message: 'refused' }));
  });
  await new Promise<void>((resolve) => tokenHost.listen(0, '127.0.0.1', resolve));
  started.defer(() => void tokenHost.close());
  const logs: SearchedText[] = [];
  const responses: SearchedText[] = [];
  const registry = createRegistry([github, vault]);
  const write = (text: string): void => void logs.push({ place: 'the log', text });
  const app = started.use(
    await startTestApplication({ EGRESS_ALLOW: '127.0.0.1', ...environment }, registry, {
      createLogger: createLogger({ LOG_LEVEL: 'trace', LOG_MODULES: {} }, { write }),
    }),
  );
  const owned = started.move();
  return {
    app,
    registry,
    github: fake,
    tokenHost: { url: `http://127.0.0.1:${(tokenHost.address() as AddressInfo).port}`, issue },
    logs,
    responses,
    async call(method, path, { body, headers = {}, gives = [] } = {}) {
      const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
      const response = await fetch(app.url + path, {
        method,
        headers: {
          authorization: `Bearer ${environment.COMMANDCENTER_ADMIN_TOKEN ?? ADMIN_TOKEN}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
      });
      const text = await response.text();
      const head = JSON.stringify([...response.headers]);
      responses.push({ place: `the response of ${method} ${path}`, text: `${head}\n${text}`, gives });
      const isJson = response.headers.get('content-type')?.includes('json') === true;
      return { status: response.status, body: isJson && text !== '' ? JSON.parse(text) : {} };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
