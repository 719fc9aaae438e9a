import { createPublicKey } from 'node:crypto';
import { addAccount } from './accounts.ts';
import type { App, FineGrained } from './model.ts';
import type { World } from './world.ts';

export interface NewApp {
  appId: number;
  slug: string;
  /** The public key as PEM, or the private key, from which it is derived. */
  publicKey: string;
  /** Login of the app's owner. Default: a new account. */
  owner?: string;
  permissions?: FineGrained;
}

const defaultPermissions: FineGrained = {
  metadata: 'read',
  issues: 'write',
  pull_requests: 'write',
  checks: 'write',
  contents: 'read',
  repository_hooks: 'write',
  organization_projects: 'read',
};

export function addApp(world: World, input: NewApp): App {
  const ownerLogin = input.owner ?? `${input.slug}-maker`;
  const app: App = {
    id: input.appId,
    nodeId: world.nodeId('A', input.appId),
    slug: input.slug,
    name: input.slug,
    owner: world.findAccount(ownerLogin) ?? addAccount(world, ownerLogin, 'User'),
    bot: addAccount(world, `${input.slug}[bot]`, 'Bot'),
    clientId: `Iv23li${input.appId}`,
    publicKey: createPublicKey(input.publicKey).export({ type: 'spki', format: 'pem' }).toString(),
    permissions: { ...defaultPermissions, ...input.permissions },
    createdAt: world.timestamp(),
  };
  world.apps.set(app.id, app);
  return app;
}
