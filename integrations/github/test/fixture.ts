import { generateKeyPairSync } from 'node:crypto';
import { type FakeGitHub, startFakeGitHub } from '@commandcenter/fake-github';
import {
  createMemoryContext,
  type MemoryContext,
  type MemoryContextOptions,
} from '@commandcenter/integration-kit/testing';
import { GitHubIntegration } from '../src/index.ts';

export const repository = { owner: 'acme', name: 'web' };

export interface Connected {
  github: FakeGitHub;
  integration: GitHubIntegration;
  context: MemoryContext;
}

type Installation = ReturnType<FakeGitHub['state']['addInstallation']>;

export interface ConnectedApp extends Connected {
  installation: Installation;
}

/** Starts a fake GitHub with `acme/web`, and signs the integration in there as `robot`. */
export async function connect(
  options: MemoryContextOptions & { apiPath?: string; scopes?: string[] } = {},
): Promise<Connected> {
  const github = await startFakeGitHub();
  github.state.addOrganization('acme', { members: { robot: 'admin', ann: 'member' } });
  github.state.addRepository({ ...repository });
  const accessToken = github.state.addToken({
    login: 'robot',
    ...(options.scopes === undefined ? {} : { scopes: options.scopes }),
  });
  const context = createMemoryContext({
    ...options,
    credentials: { accessToken, ...options.credentials },
    record: {
      integrationType: 'github',
      ...options.record,
      config: { api_url: `${github.url}${options.apiPath ?? ''}`, ...options.record?.config },
    },
  });
  return { github, context, integration: new GitHubIntegration(context) };
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

type Permissions = Readonly<Record<string, 'read' | 'write' | 'admin'>>;

/**
 * Starts a fake GitHub with `acme/web`, and signs the integration in there as the App `helper` (number 12), which is installed on `acme`.
 */
export async function connectApp(
  options: MemoryContextOptions & { apiPath?: string; permissions?: Permissions } = {},
): Promise<ConnectedApp> {
  const connected = await connect({ ...options, record: { ...options.record, authType: 'github_app' } });
  const app = { appId: 12, slug: 'helper', permissions: options.permissions ?? {} };
  return { ...connected, installation: await signInApp(connected, app) };
}

/** Configures the integration to sign in as this App. */
export async function signInApp(
  { github, context }: Connected,
  app: { appId: number; slug: string; permissions?: Permissions },
): Promise<Installation> {
  github.state.addApp({ ...app, publicKey });
  const installation = github.state.addInstallation({ appId: app.appId, account: 'acme' });
  Object.assign(context.record.config, { app_id: app.appId, installation_id: installation.id });
  await context.credentials.set({ privateKey });
  return installation;
}
